using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

/// <summary>
/// A host of the page's own with more payments than a list's page holds, in every state, and one browser; started once for all tests.
/// Retries end within seconds; a refused set-up holds a delivery open for hours.
/// </summary>
public sealed class OperatedHost : IAsyncLifetime, IDisposable
{
    private const int DeliveredAtOnce = 10;
    private const int Rejected = 36;
    private const int DeliveredLate = 6;
    private const int Exhausted = 8;
    private const int Open = 8;
    private const int Invalid = 4;
    private const int Conflicts = 2;

    private static readonly TimeSpan Patience = HostUnderTest.Patience;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private SimulatorServer? _simulator;
    private OwnHost? _own;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address => Own.Host.Api.Address;

    internal IBrowser Browser => _browser ?? throw new InvalidOperationException("No browser was started.");

    private OwnHost Own => _own ?? throw new InvalidOperationException("No host was started.");

    public async Task InitializeAsync()
    {
        if (Chromium.SkipReason is not null)
        {
            return;
        }

        // Room for a busy machine: what is as expected is seen at once.
        Assertions.SetDefaultExpectTimeout(60_000);
        _simulator = await Suite.SimulatorAsync();
        var browser = StartBrowserAsync();
        _own = await Suite.StartHostAsync("page", HostPolicy.OfSeconds(0.5, 1) with { SetupFloor = TimeSpan.FromHours(2) });
        await FillAsync();
        await browser;
    }

    private async Task StartBrowserAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A payment that was refused, and so can be redelivered.</summary>
    internal Task<PagePayment> RejectedAsync(string code = "ORDER_IS_CLOSED", string? message = null, PagePayment? payment = null) =>
        DeliverAsync(payment ?? PagePayment.Fresh(), "Rejected", new ScriptStep { ResultStatus = "F", ResultCode = code, ResultMessage = message }, ScriptStep.Success);

    /// <summary>A payment that waits for its second attempt for hours.</summary>
    internal Task<PagePayment> OpenAsync() => DeliverAsync(PagePayment.Fresh(), "Open", ScriptStep.Failure("INVALID_SIGNATURE"), ScriptStep.Success);

    /// <summary>A payment whose every attempt stayed without a final answer; a redelivery needs two attempts.</summary>
    internal Task<PagePayment> ExhaustedAsync() => DeliverAsync(
        PagePayment.Fresh(),
        "Exhausted",
        ScriptStep.Unknown(),
        new ScriptStep { Connection = ConnectionBehaviour.Drop },
        new ScriptStep { HttpStatus = 500, Body = AnswerBody.Html },
        ScriptStep.Unknown(),
        ScriptStep.Success);

    /// <summary>Puts a message on the queue.</summary>
    internal Task EnqueueAsync(string message) => Own.Host.EnqueueAsync(message);

    /// <summary>Waits until the API answers as wanted.</summary>
    internal Task<JsonElement> GetAsync(string path, Func<JsonElement, bool> wanted, string what) => Eventually.IsAsync(
        () => _http.GetFromJsonAsync<JsonElement>(new Uri(Address, $"api/{path}")), wanted, Patience, what);

    /// <summary>Waits until a payment is in a state and, where it is open, waits for its next attempt.</summary>
    internal Task<JsonElement> IsInStateAsync(PagePayment payment, string state) =>
        GetAsync($"notifications/{Uri.EscapeDataString(payment.Id)}", view => IsIn(view, state), $"{state} payment");

    /// <summary>How many requests Alipay+ got of a payment.</summary>
    internal int Received(PagePayment payment) => _simulator!.Received.List(payment.Id).Count;

    private async Task<PagePayment> DeliverAsync(PagePayment payment, string state, params ScriptStep[] steps)
    {
        _simulator!.Scripts.Set(payment.Id, steps);
        await EnqueueAsync(payment.Message());
        await IsInStateAsync(payment, state);
        return payment;
    }

    private static bool IsIn(JsonElement view, string state) =>
        view.GetProperty("state").GetString() == state
        && view.TryGetProperty("delivery", out var delivery)
        && (state == "Open"
            ? delivery.GetProperty("attemptCount").GetInt32() == 1 && delivery.GetProperty("phase").GetString() == "Waiting"
            : delivery.GetProperty("phase").GetString() == "Final");

    private async Task FillAsync()
    {
        List<(PagePayment Payment, ScriptStep[] Steps)> all =
        [
            .. Many(DeliveredAtOnce, ScriptStep.Success),
            .. Many(Rejected, ScriptStep.Failure("ORDER_IS_CLOSED"), ScriptStep.Success),
            .. Many(DeliveredLate, ScriptStep.Unknown(), ScriptStep.Success),
            .. Many(Exhausted, ScriptStep.Unknown(), ScriptStep.Unknown(), new ScriptStep { HttpStatus = 500, Body = AnswerBody.Html }),
            .. Many(Open, ScriptStep.Failure("INVALID_SIGNATURE")),
        ];
        foreach (var (payment, steps) in all)
        {
            _simulator!.Scripts.Set(payment.Id, steps);
        }

        // Shuffled, so that no state stands together and the breaker never sees an outage.
        var order = new Random(5);
        var messages = all.Select(each => each.Payment.Message())
            .Concat(Enumerable.Range(0, Invalid).Select(number => PagePayment.Fresh().Message().Replace("\"S\"", number % 2 == 0 ? "\"X\"" : "7", StringComparison.Ordinal)))
            .OrderBy(_ => order.Next());
        await Parallel.ForEachAsync(messages, async (message, _) => await EnqueueAsync(message));
        await GetAsync("summary", summary => Counts(summary, "deliveries", "rejected", "exhausted", "open", "deliveredLate") is [Rejected, Exhausted, Open, DeliveredLate], "the mixed states");
        foreach (var (payment, _) in all.Take(Conflicts))
        {
            await EnqueueAsync(payment.Message("another"));
        }

        await GetAsync("summary", summary => Counts(summary, "quarantine", "invalid", "conflict") is [Invalid, Conflicts], "the quarantine");
    }

    private static int[] Counts(JsonElement summary, string part, params string[] names) => [.. names.Select(name => summary.GetProperty(part).GetProperty(name).GetInt32())];

    private static IEnumerable<(PagePayment Payment, ScriptStep[] Steps)> Many(int count, params ScriptStep[] steps) =>
        Enumerable.Range(0, count).Select(_ => (PagePayment.Fresh(), steps));
}

/// <summary>A payment of the page's tests, its ids in the form that people see.</summary>
internal sealed record PagePayment(string Id, string RequestId)
{
    // Markup stays markup: it is what some tests are about.
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static int _last;

    /// <summary>A payment that no other test uses.</summary>
    public static PagePayment Fresh()
    {
        var number = Interlocked.Increment(ref _last);
        return new PagePayment(FormattableString.Invariant($"20261124190741010007{number:D13}"), FormattableString.Invariant($"order-{47000 + number}"));
    }

    /// <summary>The notification that the payment succeeded; the message makes one content differ from another.</summary>
    public string Message(string message = "success") => JsonSerializer.Serialize(new
    {
        paymentResult = new { resultCode = "SUCCESS", resultStatus = "S", resultMessage = message },
        paymentId = Id,
        paymentRequestId = RequestId,
        paymentTime = "2026-11-24T12:01:01+08:00",
    }, AsItIs);
}

/// <summary>The installed Chromium; <c>eng/chromium.sh</c> installs Debian's.</summary>
internal static class Chromium
{
    // No call home, no first-run windows: every request of a run is the page's own.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly string? Executable = Find();

    /// <summary>Why tests with a browser cannot run here; null when they can. On CI that is a failure, never a skip.</summary>
    public static string? SkipReason => ScenarioSettings.IsExternal
        ? OwnsProcessFactAttribute.Reason
        : Executable is not null || Environment.GetEnvironmentVariable("CI") is not (null or "")
            ? null
            : "There is no Chromium: run eng/chromium.sh, or name one in NOTIFY_CHROMIUM.";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Executable ?? throw new InvalidOperationException("There is no Chromium: eng/chromium.sh installs it."),
        Args = Flags,
    });

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_CHROMIUM") is { Length: > 0 } named)
        {
            return named;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}

/// <summary>A test with a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.SkipReason;
}

/// <summary>A test with a browser and several sets of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.SkipReason;
}
