using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>The development host as a process, with an Azurite and a simulator of its own, and the program set to it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls the asynchronous disposal.")]
public sealed class DevHost : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string?> _log = new();
    private Process? _process;
    private SimulatorControl? _simulator;

    public SimulatorControl Simulator => _simulator!;

    internal string SimulatorAddress { get; private set; } = string.Empty;

    internal NotifyUnderTest Notify { get; } = new();

    internal TemporaryFolder Folder => _folder;

    private string Log => string.Join('\n', _log);

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Program("FunctionsNotify.DevHost"), "run", "--port", "0", "--data", _folder.File("data"), "--app", Path.GetDirectoryName(Program("FunctionsNotify.App"))!])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        HostEnvironment.Clear(start.Environment);
        start.Environment["Delivery__RetryDelays__0"] = "00:00:02";
        start.Environment["Delivery__RetryDelays__1"] = "01:00:00";
        // Open also after a send-now.
        start.Environment["Delivery__RetryDelays__2"] = "02:00:00";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data);
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.BecomesTrueAsync(() => _process.HasExited || _log.Any(line => line?.StartsWith("Ready", StringComparison.Ordinal) == true), _patience, $"the host to be ready; it said:\n{Log}");
        Assert.False(_process.HasExited, Log);

        var addresses = JsonElement.Parse(File.ReadAllBytes(Path.Combine(_folder.File("data"), "addresses.json")));
        SimulatorAddress = addresses.GetProperty("alipayPlus").GetString()!;
        _simulator = new SimulatorControl(new Uri(SimulatorAddress));
        Notify.Environment["NOTIFY_API"] = addresses.GetProperty("api").GetString()!;
    }

    public async Task DisposeAsync()
    {
        _simulator?.Dispose();
        if (_process is { HasExited: false })
        {
            // Its workers and its Azurite go with it.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    internal static string Body(string paymentId, string code = "RISK_REJECT") =>
        $$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{code}}"},"paymentId":"{{paymentId}}","paymentRequestId":"order-{{paymentId}}"}""";

    internal async Task EnqueueAsync(params IReadOnlyList<string> bodies)
    {
        Notify.Input = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', bodies));
        (await Notify.RunAsync("enqueue", "--file", "-", "--data", _folder.File("data"))).EndsWith(ExitCodes.Done);
    }

    internal Task<Ending> ChangeAsync(params string[] args) => Notify.RunAsync([.. args, "--reason", "a test", "--actor", "tester"]);

    internal Task<JsonElement> StatusAsync(string paymentId, Func<JsonElement, bool> wanted, string what) => Eventually.IsAsync(
        async () => await Notify.RunAsync("status", paymentId, "--json") is { Code: ExitCodes.Done } ending ? ending.Json : default,
        view => view.ValueKind == JsonValueKind.Object && wanted(view),
        _patience,
        $"{what}; the host said:\n{Log}\n");

    internal Task<JsonElement> StateAsync(string paymentId, string state) => StatusAsync(paymentId, view => view.Text("state") == state, $"{paymentId} to be {state}");

    private static string Program(string name) =>
        typeof(DevHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == name).Value!;
}
