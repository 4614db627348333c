using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using FunctionsNotify.LocalHost;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;

namespace FunctionsNotify.Page.Tests;

/// <summary>
/// A real local host with a few hundred payments in every state, and one browser; started once for all tests. Retries
/// end within seconds; a refused set-up holds a delivery open for hours.
/// </summary>
public sealed class OperatedHost : IAsyncLifetime, IDisposable
{
    private const int DeliveredAtOnce = 150;
    private const int Rejected = 60;
    private const int DeliveredLate = 30;
    private const int Exhausted = 30;
    private const int Open = 30;
    private const int Invalid = 12;
    private const int Conflicts = 4;

    private readonly string _name = AzuriteFixture.NewName("q");
    private readonly string _data = Directory.CreateTempSubdirectory("notify-page-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private AzuriteProcess? _azurite;
    private LocalHostApp? _app;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private QueueClient? _queue;

    public Uri Address => App.ApiAddress;

    internal IBrowser Browser => _browser ?? throw new InvalidOperationException("No browser was started.");

    private LocalHostApp App => _app ?? throw new InvalidOperationException("No host was started.");

    private QueueClient Queue => _queue ?? throw new InvalidOperationException("No host was started.");

    public async Task InitializeAsync()
    {
        if (Chromium.SkipReason is not null)
        {
            return;
        }

        // Room for a busy machine: what is as expected is seen at once all the same.
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        var browser = Chromium.LaunchAsync(_playwright);
        _azurite = await AzuriteProcess.StartAsync();
        _app = await LocalHostApp.StartAsync(new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build(), _ => { });
        _queue = new QueueServiceClient(_azurite.ConnectionString).GetQueueClient(_name);
        await FillAsync();
        _browser = await browser;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A payment that was refused, and so can be redelivered.</summary>
    internal async Task<Payment> RejectedAsync(string code = "ORDER_IS_CLOSED", string? message = null, Payment? payment = null) =>
        await DeliverAsync(payment ?? Payment.Fresh(), "Rejected", new ScriptStep { ResultStatus = "F", ResultCode = code, ResultMessage = message }, ScriptStep.Success);

    /// <summary>A payment that waits for its second attempt for hours.</summary>
    internal async Task<Payment> OpenAsync(Payment? payment = null) =>
        await DeliverAsync(payment ?? Payment.Fresh(), "Open", ScriptStep.Failure("INVALID_SIGNATURE"), ScriptStep.Success);

    /// <summary>A payment whose every attempt stayed without a final answer; a redelivery needs two attempts.</summary>
    internal async Task<Payment> ExhaustedAsync() => await DeliverAsync(
        Payment.Fresh(),
        "Exhausted",
        ScriptStep.Unknown(),
        new ScriptStep { Connection = ConnectionBehaviour.Drop },
        new ScriptStep { HttpStatus = 500, Body = AnswerBody.Html },
        ScriptStep.Unknown(),
        ScriptStep.Success);

    /// <summary>Puts a message on the queue.</summary>
    internal Task EnqueueAsync(string message) => Queue.SendMessageAsync(message);

    /// <summary>Asks the API.</summary>
    internal Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(new Uri(Address, $"api/{path}"));

    /// <summary>Waits until the API answers as wanted.</summary>
    internal Task<JsonElement> GetAsync(string path, Func<JsonElement, bool> wanted, string what) =>
        Eventually.IsAsync(() => GetAsync(path), wanted, Eventually.Soon, what);

    /// <summary>Waits until a payment is in a state and, where it is open, waits for its next attempt.</summary>
    internal Task<JsonElement> IsInStateAsync(Payment payment, string state) =>
        GetAsync($"notifications/{Uri.EscapeDataString(payment.Id)}", view => IsIn(view, state), $"{state} payment");

    /// <summary>How many requests Alipay+ got of a payment.</summary>
    internal int Received(Payment payment) => App.Simulator!.Received.List(payment.Id).Count;

    private async Task<Payment> DeliverAsync(Payment payment, string state, params ScriptStep[] steps)
    {
        App.Simulator!.Scripts.Set(payment.Id, steps);
        await EnqueueAsync(payment.Message());
        await IsInStateAsync(payment, state);
        return payment;
    }

    private static bool IsIn(JsonElement view, string state) =>
        view.GetProperty("state").GetString() == state
        && (state != "Open" || (view.TryGetProperty("delivery", out var delivery) && delivery.GetProperty("attemptCount").GetInt32() == 1 && delivery.GetProperty("phase").GetString() == "Waiting"));

    private Dictionary<string, string?> Settings() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["AzureWebJobsStorage"] = _azurite!.ConnectionString,
        ["Queues:Notifications"] = _name,
        ["Queues:Outcomes"] = _name + "-outcomes",
        ["Storage:QuarantineContainer"] = _name + "-quarantine",
        ["LocalHost:Data"] = _data,
        ["LocalHost:Port"] = "0",
        ["Delivery:RetryDelays:0"] = "00:00:00.5",
        ["Delivery:RetryDelays:1"] = "00:00:01",
        ["Delivery:SetupFloor"] = "02:00:00",
    };

    private async Task FillAsync()
    {
        var scripts = App.Simulator!.Scripts;
        List<(Payment Payment, ScriptStep[] Steps)> all =
        [
            .. Many(DeliveredAtOnce, ScriptStep.Success),
            .. Many(Rejected, ScriptStep.Failure("ORDER_IS_CLOSED"), ScriptStep.Success),
            .. Many(DeliveredLate, ScriptStep.Unknown(), ScriptStep.Success),
            .. Many(Exhausted, ScriptStep.Unknown(), ScriptStep.Unknown(), new ScriptStep { HttpStatus = 500, Body = AnswerBody.Html }),
            .. Many(Open, ScriptStep.Failure("INVALID_SIGNATURE")),
        ];
        foreach (var (payment, steps) in all)
        {
            scripts.Set(payment.Id, steps);
        }

        // Shuffled, so that no state stands together and the breaker never sees an outage.
        var order = new Random(5);
        var messages = all.Select(each => each.Payment.Message())
            .Concat(Enumerable.Range(0, Invalid).Select(number => Payment.Fresh().Message().Replace("\"S\"", number % 2 == 0 ? "\"X\"" : "7", StringComparison.Ordinal)))
            .OrderBy(_ => order.Next());
        await Parallel.ForEachAsync(messages, async (message, _) => await EnqueueAsync(message));
        await GetAsync("summary", summary => Ended(summary) is (Rejected, Exhausted, Open, DeliveredLate), "the mixed states");
        foreach (var (payment, _) in all.Take(Conflicts))
        {
            await EnqueueAsync(payment.Message("another"));
        }

        await GetAsync("summary", summary => Quarantined(summary) is (Invalid, Conflicts), "the quarantine");
    }

    private static (int Rejected, int Exhausted, int Open, int Late) Ended(JsonElement summary)
    {
        var deliveries = summary.GetProperty("deliveries");
        return (deliveries.GetProperty("rejected").GetInt32(), deliveries.GetProperty("exhausted").GetInt32(), deliveries.GetProperty("open").GetInt32(), deliveries.GetProperty("deliveredLate").GetInt32());
    }

    private static (int Invalid, int Conflicts) Quarantined(JsonElement summary)
    {
        var quarantine = summary.GetProperty("quarantine");
        return (quarantine.GetProperty("invalid").GetInt32(), quarantine.GetProperty("conflict").GetInt32());
    }

    private static IEnumerable<(Payment Payment, ScriptStep[] Steps)> Many(int count, params ScriptStep[] steps) =>
        Enumerable.Range(0, count).Select(_ => (Payment.Fresh(), steps));
}
