using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Queues;
using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Bench;

/// <summary>What one app did with the same payments.</summary>
internal sealed record Figures
{
    public required string App { get; init; }

    public required double PaymentsPerSecond { get; init; }

    /// <summary>Transactions for each payment by kind, idle polling taken off.</summary>
    public required IReadOnlyDictionary<string, double> Transactions { get; init; }

    public required double IdleTransactionsPerSecond { get; init; }

    /// <summary>Seconds for 1,000 payments.</summary>
    public required double HostProcessor { get; init; }

    public required double WorkerProcessor { get; init; }

    public required double AzuriteProcessor { get; init; }

    public required double HostMebibytes { get; init; }

    public required double WorkerMebibytes { get; init; }

    /// <summary>Enqueue to the last write of the orchestration, seconds, one payment at a time.</summary>
    public required IReadOnlyList<double> Alone { get; init; }

    /// <summary>The same at half of the burst's rate.</summary>
    public required IReadOnlyList<double> HalfLoad { get; init; }

    /// <summary>End of the first attempt to the start of retry 1 and of retry 2, seconds; only where there are attempts.</summary>
    public required IReadOnlyList<Retries> IdleRetries { get; init; }

    /// <summary>The same at half of the burst's rate, with 100 other payments waiting for their retries.</summary>
    public required IReadOnlyList<Retries> LoadedRetries { get; init; }
}

internal sealed record Retries(double First, double Second);

internal sealed record App(string Name, string Directory, bool IsOurs);

/// <summary>One app from start to end: warm-up, idle, a burst, single payments, half load, retries.</summary>
internal sealed class Round : IAsyncDisposable
{
    private const string Queue = "payment-notifications";
    private const int WarmUp = 30;
    private const int Retried = 20;
    private const int Waiting = 100;

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(10);

    private readonly App _app;
    private readonly DirectoryInfo _folder;
    private readonly AzuriteProcess _azurite;
    private readonly SimulatorServer _simulator;
    private readonly AccessLog _log;
    private readonly QueueClient _queue;
    private readonly Dictionary<string, DateTimeOffset> _enqueued = new(StringComparer.Ordinal);
    private HostProcess? _host;
    private int _next;

    private Round(App app, DirectoryInfo folder, AzuriteProcess azurite, SimulatorServer simulator, string log)
    {
        _app = app;
        _folder = folder;
        _azurite = azurite;
        _simulator = simulator;
        _log = new AccessLog(log);
        _queue = new QueueClient(azurite.ConnectionString, Queue);
    }

    public static async Task<Figures> RunAsync(App app, string devHost, int payments)
    {
        await using var round = await PrepareAsync(app);
        await round.StartAsync(devHost);
        return await round.MeasureAsync(payments);
    }

    /// <summary>Payments at once, one in twenty answered U twice: how fast, and when their retries came.</summary>
    public static async Task<string> BurstAsync(App app, string devHost, int payments, int? maxWorkItems)
    {
        await using var round = await PrepareAsync(app);
        await round.StartAsync(devHost, maxWorkItems);
        var from = Stopwatch.StartNew();
        var retries = await round.RetriesAsync(payments, TimeSpan.Zero, each: 20);
        var took = from.Elapsed - _quiet;
        var second = retries.Select(retry => retry.Second).Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{payments} payments in {took.TotalSeconds:F1} s; both retries of {second.Count}: p50 {second[second.Count / 2]:F1} s, p99 {second[(int)Math.Ceiling(second.Count * 0.99) - 1]:F1} s after the first attempt");
    }

    private static async Task<Round> PrepareAsync(App app)
    {
        var folder = Directory.CreateTempSubdirectory("functions-notify-bench-");
        var log = Path.Combine(folder.FullName, "access.log");
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataDirectory = Path.Combine(folder.FullName, "azurite"), AccessLog = log });
        var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = Path.Combine(folder.FullName, "keys") });
        return new Round(app, folder, azurite, simulator, log);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _simulator.DisposeAsync();
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync(string devHost, int? maxWorkItems = null)
    {
        await _queue.CreateIfNotExistsAsync();
        var settings = Settings();
        if (maxWorkItems is { } most)
        {
            settings["Overload__MaxWorkItems"] = most.ToString(CultureInfo.InvariantCulture);
        }

        _host = await HostProcess.StartAsync(devHost, _app.Directory, settings);
        await EndAsync(await EnqueueAsync(WarmUp, TimeSpan.Zero));
    }

    private async Task<Figures> MeasureAsync(int payments)
    {
        var idle = await _log.IdleAsync(_idle);

        var (host, worker, storage) = (_host!.HostTime, _host.WorkerTime, HostProcess.TimeOf(_azurite.ProcessId!.Value));
        var from = DateTimeOffset.UtcNow;
        var ends = await EndAsync(await EnqueueAsync(payments, TimeSpan.Zero));
        var to = DateTimeOffset.UtcNow;
        var thousands = payments / 1000d;
        var processor = (Host: (_host.HostTime - host) / TimeSpan.FromSeconds(thousands), Worker: (_host.WorkerTime - worker) / TimeSpan.FromSeconds(thousands), Azurite: (HostProcess.TimeOf(_azurite.ProcessId!.Value) - storage) / TimeSpan.FromSeconds(thousands));
        var rate = payments / (ends.Values.Max() - from).TotalSeconds;

        var alone = new List<double>();
        for (var index = 0; index < Retried / 2; index++)
        {
            alone.AddRange(Latencies(await EndAsync(await EnqueueAsync(1, TimeSpan.Zero))));
        }

        var half = Latencies(await EndAsync(await EnqueueAsync(payments / 2, TimeSpan.FromSeconds(2 / rate))));
        var idleRetries = _app.IsOurs ? await RetriesAsync(Retried, TimeSpan.FromSeconds(1), each: 1) : [];
        var loadedRetries = _app.IsOurs ? await LoadedRetriesAsync(payments, TimeSpan.FromSeconds(2 / rate)) : [];
        var memory = _host.Mebibytes;
        return new Figures
        {
            App = _app.Name,
            PaymentsPerSecond = rate,
            Transactions = _log.PerPayment(from, to, payments, idle),
            IdleTransactionsPerSecond = idle.Values.Sum(),
            HostProcessor = processor.Host,
            WorkerProcessor = processor.Worker,
            AzuriteProcessor = processor.Azurite,
            HostMebibytes = memory.Host,
            WorkerMebibytes = memory.Worker,
            Alone = alone,
            HalfLoad = half,
            IdleRetries = idleRetries,
            LoadedRetries = loadedRetries,
        };
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(_simulator.HostSettings, StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = _azurite.ConnectionString,
            ["PaymentsStorage"] = _azurite.ConnectionString,
            ["TaskHub"] = "Bench",
            ["NotificationsQueue"] = Queue,
            ["OutcomesQueue"] = "payment-notification-outcomes",
            ["AzureFunctionsJobHost__logging__logLevel__default"] = "Warning",
            ["Logging__LogLevel__Default"] = "Warning",
        };
        return settings;
    }

    private async Task<IReadOnlyList<string>> EnqueueAsync(int count, TimeSpan pause, Func<string, Task>? prepare = null)
    {
        var ids = new List<string>();
        var started = Stopwatch.StartNew();
        for (var index = 0; index < count; index++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"B{++_next:D7}");
            if (prepare is not null)
            {
                await prepare(id);
            }

            var late = (pause * index) - started.Elapsed;
            if (late > TimeSpan.Zero)
            {
                await Task.Delay(late);
            }

            _enqueued[id] = DateTimeOffset.UtcNow;
            await _queue.SendMessageAsync($$"""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"{{id}}","paymentRequestId":"{{id}}","paymentTime":"2026-03-01T12:01:01+08:00"}""", timeToLive: TimeSpan.FromSeconds(-1));
            ids.Add(id);
        }

        return ids;
    }

    // An orchestration's row in the instances table is written at the end of each of its turns; when no row of these
    // payments has been written for a while, the last write of each was its end.
    private async Task<IReadOnlyDictionary<string, DateTimeOffset>> EndAsync(IReadOnlyList<string> ids)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < _deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            var ends = _log.Read().Where(request => request.Kind == "instances merge" && request.InstanceId is not null)
                .GroupBy(request => PaymentOf(request.InstanceId!), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => (Last: group.Max(request => request.At), Turns: group.Count()), StringComparer.Ordinal);
            if (ids.All(id => ends.TryGetValue(id, out var end) && end.Turns >= 2) && ids.Max(id => ends[id].Last) < DateTimeOffset.UtcNow - _quiet)
            {
                return ids.ToDictionary(id => id, id => ends[id].Last, StringComparer.Ordinal);
            }
        }

        throw new TimeoutException($"{_app.Name}: not every payment had ended after {_deadline}.");
    }

    private async Task<IReadOnlyList<Retries>> LoadedRetriesAsync(int payments, TimeSpan pause)
    {
        using var control = new SimulatorControl(_simulator.BaseAddress);
        await EnqueueAsync(Waiting, TimeSpan.Zero, id => control.SetScriptAsync(id, Script.Of(ScriptStep.Unknown())));
        // Their third retry comes 30 s after their second, so by now they wait.
        await Task.Delay(TimeSpan.FromSeconds(30));
        return await RetriesAsync(payments, pause, each: 5);
    }

    // Of these payments each n-th is answered U twice.
    private async Task<IReadOnlyList<Retries>> RetriesAsync(int count, TimeSpan pause, int each)
    {
        using var control = new SimulatorControl(_simulator.BaseAddress);
        var retried = new List<string>();
        var ids = await EnqueueAsync(count, pause, async id =>
        {
            if (_next % each == 0)
            {
                retried.Add(id);
                await control.SetScriptAsync(id, Script.Of(ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success));
            }
        });
        await EndAsync(ids);
        var times = new List<Retries>();
        foreach (var id in retried)
        {
            // The simulator answers at once: an attempt ends when it is received.
            var requests = (await control.GetRequestsAsync(id)).Requests;
            times.Add(new Retries((requests[1].ReceivedAt - requests[0].ReceivedAt).TotalSeconds, (requests[2].ReceivedAt - requests[0].ReceivedAt).TotalSeconds));
        }

        return times;
    }

    private List<double> Latencies(IReadOnlyDictionary<string, DateTimeOffset> ends) => [.. ends.Select(end => (end.Value - _enqueued[end.Key]).TotalSeconds)];

    private static string PaymentOf(string instanceId) => instanceId["np-".Length..].Split('~')[0];
}
