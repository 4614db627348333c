using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>
/// The commands of the documents, each run as it is written against a development host: with its addresses, and payments that
/// are in the state that the command is about.
/// </summary>
public sealed partial class DocumentedCommandsTests(DevHost host) : IClassFixture<DevHost>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    // Run elsewhere: HostCommandTests, PackageTests and BackendSamplesTests. What begins with az or azd needs Azure.
    private static readonly string[] _elsewhere = ["./eng/", "dotnet pack ", "dotnet nuget ", "(cd YOUR_PROJECT ", "dotnet run samples/", "cd samples/", "az ", "azd ", "export ", "ask ", "SIM=", "BY=", "ID="];

    private static string Notify => typeof(NotifyProgram).Assembly.Location;

    [Fact]
    public async Task Readme_Commands_AllRun()
    {
        const string Payment = "20260301190741010007200000002000001";
        await host.EnqueueAsync(DevHost.Body(Payment));
        await host.StateAsync(Payment, "Delivered");

        var lines = Lines("README.md").ToList();

        Assert.Contains(lines, line => line.StartsWith("notify status", StringComparison.Ordinal));
        await RunAsync(lines);
    }

    [Fact]
    public async Task SimulatorPage_Commands_AllRun() => await RunAsync(Lines("docs/simulator.md"));

    [Fact]
    public async Task ApiPage_Commands_AllRun()
    {
        const string Payment = "20260102105407";
        await host.Simulator.SetScriptAsync(Payment, ScriptStep.Unknown());
        await host.EnqueueAsync(DevHost.Body(Payment));
        await host.StatusAsync(Payment, view => view.Object("delivery")?.Number("attemptCount") == 2, "the second attempt");
        var ids = await QuarantineAsync(2);

        // Each change of a record wants one that waits.
        var record = 0;
        await RunAsync(
            Lines("docs/api.md").Select(line => line.Contains("$ID/", StringComparison.Ordinal) ? line.Replace("$ID", ids[record++ % 2], StringComparison.Ordinal) : line.Replace("$ID", ids[0], StringComparison.Ordinal)),
            // Nothing is broken here, and the records' messages would be refused again.
            refused: ["/repair", "/requeue"]);
    }

    [Fact]
    public async Task Runbooks_CommandsAgainstTheApp_AllRun()
    {
        const string Payment = "runbook-1";
        await host.Simulator.SetScriptAsync(Payment, ScriptStep.Failure("PROCESS_FAIL"));
        await host.EnqueueAsync(DevHost.Body(Payment));
        await host.StateAsync(Payment, "Rejected");
        var ids = await QuarantineAsync(1);
        var commands = Inline("docs/runbooks.md").Where(line => !line.Contains("GATEWAY", StringComparison.Ordinal)).ToList();

        Assert.True(commands.Count > 15, string.Join('\n', commands));
        await RunAsync(
            commands.Select(line => line
                .Replace("RECORD", ids[0], StringComparison.Ordinal)
                .Replace("/ID", $"/{Payment}", StringComparison.Ordinal)
                .Replace("PAYMENTID", Payment, StringComparison.Ordinal)
                .Replace("FROM", Times.Iso(DateTimeOffset.UtcNow.AddHours(-1)), StringComparison.Ordinal)
                .Replace("TO\"", $"{Times.Iso(DateTimeOffset.UtcNow)}\"", StringComparison.Ordinal)),
            refused: ["repair"]);
    }

    [Fact]
    public async Task HttpFile_Requests_AllAnswerAsMeant()
    {
        await host.Simulator.SetScriptAsync("http-file-1", ScriptStep.Unknown());
        await host.EnqueueAsync(DevHost.Body("http-file-1"));
        await host.StatusAsync("http-file-1", view => view.Object("delivery")?.Number("attemptCount") == 2, "the second attempt");
        var requests = File.ReadAllText(Path.Combine(Repository.Root, "samples", "notify.http")).Split("\n###").Skip(1).Select(part => Request().Match(part)).ToList();
        using var http = new HttpClient();

        Assert.All(requests, request => Assert.True(request.Success));
        foreach (var request in requests)
        {
            var address = Filled(request.Groups["address"].Value);
            // A payment ends a moment after it was told to.
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    using var message = new HttpRequestMessage(new HttpMethod(request.Groups["method"].Value), address);
                    if (request.Groups["body"].Value.Trim() is { Length: > 0 } body)
                    {
                        message.Content = new StringContent(Filled(body), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
                    }

                    foreach (var header in request.Groups["header"].Captures.Select(capture => capture.Value.Split(": ", 2)).Where(header => header[0] != "Content-Type"))
                    {
                        message.Headers.Add(header[0], header[1]);
                    }

                    using var response = await http.SendAsync(message);
                    Assert.True(response.StatusCode is not HttpStatusCode.BadRequest and not HttpStatusCode.NotFound, $"{request.Value}\n{await response.Content.ReadAsStringAsync()}");
                    return response.IsSuccessStatusCode;
                },
                _patience,
                request.Value);
        }

        string Filled(string text) => text
            .Replace("{{api}}", host.Notify.Environment["NOTIFY_API"], StringComparison.Ordinal)
            .Replace("{{simulator}}", host.SimulatorAddress.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{{paymentId}}", "http-file-1", StringComparison.Ordinal);
    }

    // The lines of the shell blocks that are about a running host.
    private static IEnumerable<string> Lines(string page) =>
        from block in ShellBlock().Matches(Read(page))
        from line in block.Groups[1].Value.Replace("\\\n", string.Empty, StringComparison.Ordinal).Split('\n')
        where line.Trim().Length > 0 && !line.StartsWith('#') && !_elsewhere.Any(start => line.StartsWith(start, StringComparison.Ordinal))
        select line;

    private static IEnumerable<string> Inline(string page) => InlineCommand().Matches(Read(page)).Select(match => match.Groups[1].Value);

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    private async Task<List<string>> QuarantineAsync(int count)
    {
        var storage = JsonElement.Parse(File.ReadAllBytes(host.Folder.File("data/addresses.json"))).GetProperty("storage").GetString();
        var queue = new Azure.Storage.Queues.QueueClient(storage, "payment-notifications");
        for (var number = 0; number < count; number++)
        {
            await queue.SendMessageAsync($$$"""{"paymentId":"wrong-{{{Guid.NewGuid():N}}}","paymentResult":{"resultStatus":"U","resultCode":"X"}}""");
        }

        return await Eventually.IsAsync(
            async () => (await host.Notify.RunAsync("quarantine", "list", "--status", "Waiting", "--json")).EndsWith(ExitCodes.Done).Json.Items("items").Select(record => record.Text("quarantineId")!).Take(count).ToList(),
            ids => ids.Count == count,
            _patience,
            "the records");
    }

    private async Task RunAsync(IEnumerable<string> commands, params IReadOnlyList<string> refused)
    {
        var api = host.Notify.Environment["NOTIFY_API"];
        var prelude = $$$"""
            API={{{api}}} SIM={{{host.SimulatorAddress.TrimEnd('/')}}} KEY=none BY='"actor":"ann","reason":"key fixed"'
            notify() { dotnet '{{{Notify}}}' "$@"; }
            curl() { command curl -sS --fail-with-body "$@"; }
            call() { curl "$@"; }
            """;
        foreach (var written in commands)
        {
            var command = written.Replace("http://127.0.0.1:7071/api", api, StringComparison.Ordinal).Replace("http://127.0.0.1:5180", host.SimulatorAddress.TrimEnd('/'), StringComparison.Ordinal);
            var isRefused = refused.Any(part => command.Contains(part, StringComparison.Ordinal));
            // What a command before it began may take a moment.
            await Eventually.IsAsync(
                () => Shell.RunAsync(
                    Repository.Root, $"{prelude}\n{command}", ("NOTIFY_API", api), ("AzureWebJobsStorage", Storage), ("NOTIFY_SIMULATOR", host.SimulatorAddress)),
                ended => isRefused ? ended.Code != 0 && RefusedByState().IsMatch(ended.Output) : ended.Code == 0,
                _patience,
                command);
        }
    }

    private string Storage => JsonElement.Parse(File.ReadAllBytes(host.Folder.File("data/addresses.json"))).GetProperty("storage").GetString()!;

    [GeneratedRegex(@"not broken|has ended|paymentResult\.resultStatus")]
    private static partial Regex RefusedByState();

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"(?<!`)`((?:call|notify|curl) [^`]+)`(?!`)")]
    private static partial Regex InlineCommand();

    [GeneratedRegex(@"^[^\n]*\n(?:#[^\n]*\n)*(?<method>GET|POST|PUT|DELETE) (?<address>\S+)\n(?:(?<header>[A-Za-z-]+: [^\n]+)\n)*(?<body>[\s\S]*)")]
    private static partial Regex Request();
}
