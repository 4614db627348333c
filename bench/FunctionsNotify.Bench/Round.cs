using System.Collections.Concurrent;
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

    public required Burst Burst { get; init; }

    /// <summary>Transactions for each payment by kind, idle polling taken off.</summary>
    public required IReadOnlyDictionary<string, double> Transactions { get; init; }

    public required double IdleTransactionsPerSecond { get; init; }

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

/// <summary>What a burst of payments took.</summary>
internal sealed record Burst
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required double PaymentsPerSecond { get; init; }

    /// <summary>Seconds for 1,000 payments.</summary>
    public required double HostProcessor { get; init; }

    public required double WorkerProcessor { get; init; }

    public required double AzuriteProcessor { get; init; }
}

/// <summary>One app under its hosts, over an Azurite and a task hub of their own: payments go in, figures come out.</summary>
internal sealed class Round : IAsyncDisposable
{
    public const int WarmUp = 30;
    public const string Hub = "Bench";

    private const string Queue = "payment-notifications";
    private const string Outcomes = "payment-notification-outcomes";
    private const string Consumed = "outcomes delete";
    private const int Retried = 20;
    private const int Waiting = 100;
    private const int Senders = 32;

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _consumption = TimeSpan.FromSeconds(1);

    private readonly App _app;
    private readonly DirectoryInfo _folder;
    private readonly AzuriteProcess _azurite;
    private readonly List<SimulatorServer> _simulators = [];
    private readonly List<HostProcess> _hosts = [];
    private readonly QueueClient _queue;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _enqueued = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _consumer = Task.CompletedTask;
    private int _next;

    private Round(App app, DirectoryInfo folder, AzuriteProcess azurite, string log)
    {
        _app = app;
        _folder = folder;
        _azurite = azurite;
        Log = new AccessLog(log);
        _queue = new QueueClient(azurite.ConnectionString, Queue);
    }

    public AccessLog Log { get; }

    public string Storage => _azurite.ConnectionString;

    public HostProcess Host => _hosts[0];

    /// <summary>What each host's worker has sent, in the order of the hosts.</summary>
    public IReadOnlyList<RequestLog> Sent => [.. _simulators.Select(simulator => simulator.Received)];

    public ScriptBook Scripts => _simulators[0].Scripts;

    public static async Task<Figures> RunAsync(App app, string devHost, int payments)
    {
        await using var round = await StartAsync(app, devHost);
        return await round.MeasureAsync(payments);
    }

    /// <summary>Payments at once, one in twenty answered U twice: how fast, and when their retries came.</summary>
    public static async Task<string> BurstAsync(App app, string devHost, int payments, IReadOnlyDictionary<string, string> settings)
    {
        await using var round = await StartAsync(app, devHost, settings);
        var from = Stopwatch.StartNew();
        var retries = await round.RetriesAsync(payments, TimeSpan.Zero, each: 20);
        var took = from.Elapsed - _quiet;
        var second = retries.Select(retry => retry.Second).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{payments} payments in {took.TotalSeconds:F1} s; both retries of {second.Count}: p50 {Report.Percentile(second, 50):F1} s, p99 {Report.Percentile(second, 99):F1} s after the first attempt");
    }

    /// <summary>Each host has a simulator of its own, which tells what its worker sent.</summary>
    public static async Task<Round> StartAsync(App app, string devHost, IReadOnlyDictionary<string, string>? settings = null, int hosts = 1, int warmUp = WarmUp)
    {
        var folder = Directory.CreateTempSubdirectory("functions-notify-bench-");
        var log = Path.Combine(folder.FullName, "access.log");
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataDirectory = Path.Combine(folder.FullName, "azurite"), AccessLog = log });
        var round = new Round(app, folder, azurite, log);
        try
        {
            await round._queue.CreateIfNotExistsAsync();
            round._consumer = round.ConsumeAsync();
            for (var host = 0; host < hosts; host++)
            {
                var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = Path.Combine(folder.FullName, "keys") });
                round._simulators.Add(simulator);
                round._hosts.Add(await HostProcess.StartAsync(devHost, app.Directory, round.Settings(host, settings ?? new Dictionary<string, string>())));
            }

            if (warmUp > 0)
            {
                await round.EndAsync(await round.EnqueueAsync(warmUp, TimeSpan.Zero));
            }

            return round;
        }
        catch
        {
            await round.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        foreach (var simulator in _simulators)
        {
            await simulator.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _consumer;
        _stop.Dispose();
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public async Task<IReadOnlyDictionary<string, double>> IdleAsync() => OfTheApp(await Log.IdleAsync(_idle));

    /// <summary>Requests for each payment of a burst by kind, those of idling taken off.</summary>
    public IReadOnlyDictionary<string, double> PerPayment(Burst burst, int payments, IReadOnlyDictionary<string, double> idle) => OfTheApp(Log.PerPayment(burst.From, burst.To, payments, idle));

    public async Task<Burst> BurstAsync(int payments)
    {
        var (host, worker, azurite) = Processor();
        var from = DateTimeOffset.UtcNow;
        var ends = await EndAsync(await EnqueueAsync(payments, TimeSpan.Zero));
        var (hostEnd, workerEnd, azuriteEnd) = Processor();
        var thousands = TimeSpan.FromSeconds(payments / 1000d);
        return new Burst
        {
            From = from,
            To = DateTimeOffset.UtcNow,
            PaymentsPerSecond = payments / (ends.Values.Max() - from).TotalSeconds,
            HostProcessor = (hostEnd - host) / thousands,
            WorkerProcessor = (workerEnd - worker) / thousands,
            AzuriteProcessor = (azuriteEnd - azurite) / thousands,
        };
    }

    /// <summary>Enqueue to end of payments that come one after the other, seconds.</summary>
    public async Task<IReadOnlyList<double>> PacedAsync(int payments, TimeSpan pause) => Latencies(await EndAsync(await EnqueueAsync(payments, pause)));

    private async Task<Figures> MeasureAsync(int payments)
    {
        var idle = await IdleAsync();
        var burst = await BurstAsync(payments);
        var halfRate = TimeSpan.FromSeconds(2 / burst.PaymentsPerSecond);
        var alone = new List<double>();
        for (var index = 0; index < Retried / 2; index++)
        {
            alone.AddRange(await PacedAsync(1, TimeSpan.Zero));
        }

        var half = await PacedAsync(payments / 2, halfRate);
        var idleRetries = _app.IsOurs ? await RetriesAsync(Retried, TimeSpan.FromSeconds(1), each: 1) : [];
        var loadedRetries = _app.IsOurs ? await LoadedRetriesAsync(payments, halfRate) : [];
        var memory = Host.Mebibytes;
        return new Figures
        {
            App = _app.Name,
            Burst = burst,
            Transactions = PerPayment(burst, payments, idle),
            IdleTransactionsPerSecond = idle.Values.Sum(),
            HostMebibytes = memory.Host,
            WorkerMebibytes = memory.Worker,
            Alone = alone,
            HalfLoad = half,
            IdleRetries = idleRetries,
            LoadedRetries = loadedRetries,
        };
    }

    private Dictionary<string, string> Settings(int host, IReadOnlyDictionary<string, string> others)
    {
        var settings = new Dictionary<string, string>(_simulators[host].HostSettings, StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = _azurite.ConnectionString,
            ["PaymentsStorage"] = _azurite.ConnectionString,
            ["TaskHub"] = Hub,
            ["NotificationsQueue"] = Queue,
            ["OutcomesQueue"] = Outcomes,
            ["AzureFunctionsJobHost__logging__logLevel__default"] = "Warning",
            ["Logging__LogLevel__Default"] = "Warning",
            // A run of it would fall into one window and not into the next: "scale" tells what it needs.
            ["AzureWebJobs.Maintain.Disabled"] = "true",
        };
        foreach (var (name, value) in others)
        {
            settings[name] = value;
        }

        return settings;
    }

    private (TimeSpan Host, TimeSpan Worker, TimeSpan Azurite) Processor() => (Host.HostTime, Host.WorkerTime, HostProcess.TimeOf(_azurite.ProcessId!.Value));

    /// <summary>Without a pause they come at once: senders that wait for each other would be slowed down by what is measured.</summary>
    public async Task<IReadOnlyList<string>> EnqueueAsync(int count, TimeSpan pause, Action<string>? prepare = null)
    {
        var ids = Enumerable.Range(_next + 1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"B{number:D7}")).ToList();
        _next += count;
        foreach (var id in ids)
        {
            prepare?.Invoke(id);
        }

        if (pause == TimeSpan.Zero)
        {
            await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (id, _) => await SendAsync(id));
            return ids;
        }

        var started = Stopwatch.StartNew();
        foreach (var (index, id) in ids.Index())
        {
            var early = (pause * index) - started.Elapsed;
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            await SendAsync(id);
        }

        return ids;
    }

    private async Task SendAsync(string id)
    {
        _enqueued[id] = DateTimeOffset.UtcNow;
        await _queue.SendMessageAsync($$"""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"{{id}}","paymentRequestId":"{{id}}","paymentTime":"2026-03-01T12:01:01+08:00"}""", timeToLive: TimeSpan.FromSeconds(-1));
    }

    // An orchestration's row in the instances table is written at the end of each of its turns; when no row of these
    // payments has been written for a while, the last write of each was its end.
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> EndAsync(IReadOnlyList<string> ids)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < _deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            var ends = Log.Read().Where(request => request.Kind == "instances merge" && request.InstanceId is not null)
                .GroupBy(request => PaymentOf(request.InstanceId!), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => (Last: group.Max(request => request.At), Turns: group.Count()), StringComparer.Ordinal);
            if (ids.All(id => ends.TryGetValue(id, out var end) && end.Turns >= 2) && ids.Max(id => ends[id].Last) < DateTimeOffset.UtcNow - _quiet)
            {
                return ids.ToDictionary(id => id, id => ends[id].Last, StringComparer.Ordinal);
            }
        }

        throw new TimeoutException($"{_app.Name}: not every payment had ended after {_deadline}.");
    }

    /// <summary>Payments that are answered U until they wait for their third retry, which comes long after the second.</summary>
    public async Task<IReadOnlyList<string>> EnqueueWaitingAsync(int count)
    {
        var before = Sent[0].Total;
        var ids = await EnqueueAsync(count, TimeSpan.Zero, id => Scripts.Set(id, ScriptStep.Unknown()));
        for (var waited = Stopwatch.StartNew(); Sent[0].Total - before < 3 * count;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            if (waited.Elapsed > _deadline)
            {
                throw new TimeoutException($"Of {3 * count} attempts {Sent[0].Total - before} were made.");
            }
        }

        return ids;
    }

    private async Task<IReadOnlyList<Retries>> LoadedRetriesAsync(int payments, TimeSpan pause)
    {
        await EnqueueWaitingAsync(Waiting);
        return await RetriesAsync(payments, pause, each: 5);
    }

    // Of these payments each n-th is answered U twice.
    private async Task<IReadOnlyList<Retries>> RetriesAsync(int count, TimeSpan pause, int each)
    {
        var retried = new List<string>();
        var prepared = 0;
        var ids = await EnqueueAsync(count, pause, id =>
        {
            if (prepared++ % each == 0)
            {
                retried.Add(id);
                Scripts.Set(id, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
            }
        });
        await EndAsync(ids);
        var times = new List<Retries>();
        foreach (var id in retried)
        {
            // The simulator answers at once: an attempt ends when it is received.
            var requests = Sent[0].List(id);
            for (var waited = Stopwatch.StartNew(); requests.Count < 3 && waited.Elapsed < _deadline; requests = Sent[0].List(id))
            {
                // A busy storage can look quiet while a retry waits.
                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }

            times.Add(new Retries((requests[1].ReceivedAt - requests[0].ReceivedAt).TotalSeconds, (requests[2].ReceivedAt - requests[0].ReceivedAt).TotalSeconds));
        }

        return times;
    }

    // As a consumer does. At each get and delete Azurite sorts all messages of all queues anew, so that outcomes left lying would
    // make every request dearer than the one before; a storage account does nothing of the kind.
    private async Task ConsumeAsync()
    {
        var outcomes = new QueueClient(Storage, Outcomes);
        try
        {
            await outcomes.CreateIfNotExistsAsync(cancellationToken: _stop.Token);
            while (true)
            {
                await Task.Delay(_consumption, _stop.Token);
                await outcomes.ClearMessagesAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static Dictionary<string, double> OfTheApp(IReadOnlyDictionary<string, double> requests) =>
        requests.Where(kind => kind.Key != Consumed).ToDictionary(StringComparer.Ordinal);

    private List<double> Latencies(IReadOnlyDictionary<string, DateTimeOffset> ends) => [.. ends.Select(end => (end.Value - _enqueued[end.Key]).TotalSeconds)];

    private static string PaymentOf(string instanceId) => instanceId["np-".Length..].Split('~')[0];
}
