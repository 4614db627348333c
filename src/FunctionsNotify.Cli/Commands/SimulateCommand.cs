using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Cli;

/// <summary><c>notify simulate</c>: what the simulator of Alipay+ answers, over its control API (docs/simulator.md).</summary>
internal sealed class SimulateCommand
{
    private const string AddressVariable = "NOTIFY_SIMULATOR";
    private const string DefaultAddress = "http://127.0.0.1:5180";
    private const int MaxTimes = 100;

    // Each a step of a script, as the control API takes it.
    private static readonly Dictionary<string, string> _answers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["S"] = "{}",
        ["F"] = """{"resultStatus":"F"}""",
        ["U"] = """{"resultStatus":"U"}""",
        ["unsigned"] = """{"signing":"none"}""",
        ["wrong-key"] = """{"signing":"wrong-key"}""",
        ["setup"] = """{"resultStatus":"F","resultCode":"KEY_NOT_FOUND","signing":"none"}""",
        ["timeout"] = """{"delay":"00:00:30"}""",
        ["drop"] = """{"connection":"drop"}""",
        ["reset"] = """{"connection":"reset"}""",
        ["503"] = """{"httpStatus":503,"body":"html"}""",
        ["slow-down"] = """{"httpStatus":429,"retryAfter":"30","body":"empty"}""",
        ["garbage"] = """{"body":"garbage"}""",
    };

    private static readonly string[] _columns = ["Received (UTC)", "Payment", "Signature", "Answer"];

    private readonly Argument<string?> _paymentId = new("PAYMENTID") { Arity = ArgumentArity.ZeroOrOne, Description = "The payment; without --answer, shows what was received of it." };
    private readonly Option<string?> _answer = new("--answer") { Description = $"One of {string.Join(", ", _answers.Keys)}.", HelpName = "ANSWER" };
    private readonly Option<string?> _code = new("--result-code") { Description = "The answer's resultCode.", HelpName = "CODE" };
    private readonly Option<int?> _times = new("--times") { Description = "How many times, before S again; default for ever.", HelpName = "N" };
    private readonly Option<bool> _all = new("--all") { Description = "Every payment without an answer of its own." };
    private readonly Option<bool> _reset = new("--reset") { Description = "Every payment is answered S again." };
    private readonly Option<string?> _simulator = new("--simulator") { Description = $"The simulator's address; default {AddressVariable}, that of the development host in this folder, or {DefaultAddress}.", HelpName = "ADDRESS" };

    public static Command Create(CommandSetup setup)
    {
        var parts = new SimulateCommand();
        parts._answer.CompletionSources.Add([.. _answers.Keys]);
        var command = new Command("simulate", "Set what the development host's simulator of Alipay+ answers, or show what it received.") { parts._paymentId, parts._answer, parts._code, parts._times, parts._all, parts._reset, parts._simulator };
        return setup.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        var (paymentId, answer) = (session.Get(_paymentId), session.Get(_answer));
        if (new[] { paymentId is { Length: > 0 }, session.Get(_all), session.Get(_reset) }.Count(given => given) != 1 || (session.Get(_all) && answer is null))
        {
            throw CliFault.Usage("PAYMENTID, --all with --answer, or --reset: give one of them");
        }

        if (answer is null && (session.Has(_code) || session.Has(_times)))
        {
            throw CliFault.Usage("--result-code and --times: need --answer");
        }

        if (session.Get(_reset))
        {
            await CallAsync(session, HttpMethod.Delete, "scripts", null, stop);
            session.Output.Line("Every payment is answered S.");
        }
        else if (answer is null)
        {
            await ShowAsync(session, paymentId!, stop);
        }
        else
        {
            var steps = Steps(session, answer);
            await CallAsync(session, HttpMethod.Put, paymentId is null ? "scripts" : $"scripts?paymentId={Uri.EscapeDataString(paymentId)}", new JsonObject { ["steps"] = steps }, stop);
            session.Output.Line($"{paymentId ?? "Every payment without an answer of its own"} is answered {answer}{(session.Get(_times) is { } times ? $" {(times == 1 ? "once" : $"{times} times")}, then S" : string.Empty)}.");
            if (session.IsJson)
            {
                session.Output.Json(new { paymentId, steps });
            }
        }

        return ExitCodes.Done;
    }

    private JsonArray Steps(Session session, string answer)
    {
        if (!_answers.TryGetValue(answer, out var text))
        {
            throw CliFault.Usage($"--answer: must be one of {string.Join(", ", _answers.Keys)}{(AlipayPlus.Similar.To(answer, _answers.Keys) is { } meant ? $"; did you mean {meant}?" : string.Empty)}");
        }

        if (session.Get(_times) is < 1 or > MaxTimes)
        {
            throw CliFault.Usage($"--times: must be a whole number from 1 to {MaxTimes}");
        }

        var step = JsonNode.Parse(text)!.AsObject();
        if (session.Get(_code) is { } code)
        {
            step["resultCode"] = code;
        }

        var steps = new JsonArray([.. Enumerable.Range(0, session.Get(_times) ?? 1).Select(_ => step.DeepClone())]);
        if (session.Has(_times))
        {
            steps.Add(new JsonObject());
        }

        return steps;
    }

    private async Task ShowAsync(Session session, string paymentId, CancellationToken stop)
    {
        var page = await CallAsync(session, HttpMethod.Get, $"requests?paymentId={Uri.EscapeDataString(paymentId)}", null, stop);
        if (session.IsJson)
        {
            session.Output.Json(page);
            return;
        }

        session.Output.Table(_columns, page.Items("requests").Select(IReadOnlyList<string?> (request) =>
        {
            var (verdict, answer) = (request.Object("verdict") ?? default, request.Object("answer") ?? default);
            return
            [
                Times.Show(request.Time("receivedAt")), request.Text("paymentId"), verdict.Text("refusal") ?? verdict.Text("signature"),
                string.Join(' ', new[] { $"HTTP {answer.Number("httpStatus")}", answer.Text("resultStatus"), answer.Text("resultCode") }.OfType<string>()),
            ];
        }));
    }

    private async Task<JsonElement> CallAsync(Session session, HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        var text = session.Setting(_simulator, AddressVariable).Value ?? DevelopmentHost.Simulator(DevelopmentHost.DefaultData) ?? DefaultAddress;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || !address.IsLoopback)
        {
            throw CliFault.Usage("--simulator: must be an http address of this machine");
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address };
        using var request = new HttpRequestMessage(method, $"control/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        try
        {
            using var response = await http.SendAsync(request, stop);
            var answer = await response.Content.ReadAsByteArrayAsync(stop);
            return response.IsSuccessStatusCode
                ? answer.Length == 0 ? default : JsonElement.Parse(answer)
                : throw CliFault.NotDone($"The simulator refused (HTTP {(int)response.StatusCode}): {Detail(answer)}");
        }
        catch (HttpRequestException)
        {
            throw CliFault.Unreachable($"No simulator answers at {address}: ./eng/run.sh run starts one.");
        }
        catch (JsonException)
        {
            throw CliFault.Usage($"What answers at {address} is not a simulator of Alipay+.");
        }

        static string Detail(byte[] problem) => problem.Length > 0 ? JsonElement.Parse(problem).Text("detail") ?? "no reason" : "no reason";
    }
}
