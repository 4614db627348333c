using System.Diagnostics;
using Azure.Storage.Queues;
using FunctionsNotify.Client;
using FunctionsNotify.Deliveries;
using FunctionsNotify.LocalHost;
using FunctionsNotify.Simulator;
using FunctionsNotify.Storage;

namespace FunctionsNotify.Bench;

/// <summary>The whole path: enqueue, Azurite, the local host's process, the simulator, the outcome on its queue.</summary>
internal sealed class QueueBench : IAsyncDisposable
{
    private const int Enqueuers = 16;

    // One payment in this many is told U first, which makes the retries whose lateness is measured.
    private const int RetriedOneIn = 10;

    private static readonly TimeSpan GiveUp = TimeSpan.FromMinutes(3);

    private readonly AzuriteProcess _azurite;
    private readonly HostProcess _host;
    private readonly SimulatorProcess _simulator;
    private readonly StateFile _state;
    private readonly PaymentNotificationQueue _queue;
    private readonly OutcomeConsumer _consumer;
    private readonly int _queuePort;

    private QueueBench(AzuriteProcess azurite, HostProcess host, SimulatorProcess simulator, StateFile state)
    {
        (_azurite, _host, _simulator, _state) = (azurite, host, simulator, state);
        _queue = new PaymentNotificationQueue(azurite.ConnectionString, createIfMissing: true);
        var service = new QueueServiceClient(azurite.ConnectionString);
        _queuePort = service.Uri.Port;
        _consumer = new OutcomeConsumer(service.GetQueueClient(new QueueOptions().Outcomes));
    }

    public static async Task<QueueBench> StartAsync(string folder, SimulatorProcess simulator)
    {
        var data = Path.Combine(folder, "host");
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataDirectory = Path.Combine(folder, "azurite") });
        var host = await HostProcess.StartAsync(
            [.. simulator.Settings, new("AzureWebJobsStorage", azurite.ConnectionString), new("LocalHost__Data", data), new("LocalHost__Port", "0")]);
        return new QueueBench(azurite, host, simulator, new StateFile(Path.Combine(data, "state.db")));
    }

    /// <summary>Everything lies on the queue when the host begins.</summary>
    public async Task<Load> PrefilledAsync(int count)
    {
        await _host.PauseAsync();
        await EnqueueAsync(Payments.Make(count));
        return await MeasureAsync(count, _host.ResumeAsync);
    }

    /// <summary>Payments are enqueued as fast as the queue takes them, while the host takes them off.</summary>
    public Task<Load> ConcurrentAsync(int count) => MeasureAsync(count, () => EnqueueAsync(Payments.Make(count)));

    /// <summary>Payments come evenly at a rate; one in ten is answered U first.</summary>
    public async Task<Pace> PacedAsync(int count, double perSecond)
    {
        var payments = Payments.Make(count);
        foreach (var (id, _) in payments.Where((_, index) => index % RetriedOneIn == 0))
        {
            await _simulator.Control.SetScriptAsync(id, ScriptStep.Unknown(), ScriptStep.Success);
        }

        var last = _state.Last;
        var enqueuedAt = new Dictionary<string, DateTimeOffset>(count);
        var sent = new List<Task>(count);
        var watch = Stopwatch.StartNew();
        foreach (var (id, body) in payments)
        {
            while (sent.Count > watch.Elapsed.TotalSeconds * perSecond)
            {
                await Task.Delay(1);
            }

            enqueuedAt[id] = DateTimeOffset.UtcNow;
            sent.Add(_queue.EnqueueAsync(body));
        }

        var achieved = count / watch.Elapsed.TotalSeconds;
        await Task.WhenAll(sent);
        await _state.DoneAsync(last + count, GiveUp);
        await _simulator.Control.ClearScriptsAsync();
        await _simulator.Control.ForgetRequestsAsync();
        var ended = _state.After(last);
        return new Pace(
            achieved,
            [.. ended.Where(delivery => delivery.Attempts.Count == 1).Select(delivery => (EndOf(delivery.Attempts[0]) - enqueuedAt[delivery.PaymentId]).TotalMilliseconds)],
            [.. ended.SelectMany(delivery => delivery.Attempts.Skip(1)).Select(attempt => (attempt.Result.StartedAt - attempt.DueAt).TotalMilliseconds)]);
    }

    public async ValueTask DisposeAsync()
    {
        _state.Dispose();
        await _consumer.DisposeAsync();
        await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    private static DateTimeOffset EndOf(DeliveryAttempt attempt) => attempt.Result.StartedAt + attempt.Result.Duration;

    private async Task<Load> MeasureAsync(int count, Func<Task> start)
    {
        var last = _state.Last;
        var operations = await _host.RequestsAsync(_queuePort);
        var (host, simulator, azurite) = Processors();
        var watch = Stopwatch.StartNew();
        await start();
        var fed = watch.Elapsed;
        await _state.DoneAsync(last + count, GiveUp);
        var elapsed = watch.Elapsed;
        var (hostAfter, simulatorAfter, azuriteAfter) = Processors();
        operations = await _host.RequestsAsync(_queuePort) - operations;
        await _simulator.Control.ForgetRequestsAsync();
        double PerThousand(TimeSpan before, TimeSpan after) => (after - before).TotalSeconds * 1000 / count;
        return new Load(
            count / elapsed.TotalSeconds,
            count / fed.TotalSeconds,
            PerThousand(host, hostAfter),
            PerThousand(simulator, simulatorAfter),
            PerThousand(azurite, azuriteAfter),
            (double)operations / count);
    }

    private (TimeSpan Host, TimeSpan Simulator, TimeSpan Azurite) Processors() =>
        (_host.Processor, _simulator.Processor, ProcessorTime.Of(_azurite.ProcessId!.Value));

    private async Task EnqueueAsync((string PaymentId, byte[] Body)[] payments)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Enqueuers).Select(_ => Task.Run(async () =>
        {
            for (var index = Interlocked.Increment(ref next); index < payments.Length; index = Interlocked.Increment(ref next))
            {
                await _queue.EnqueueAsync(payments[index].Body);
            }
        })));
    }
}

/// <summary>A round at full load.</summary>
/// <param name="PerSecond">Payments a second, until every outcome was published.</param>
/// <param name="EnqueuedPerSecond">Payments a second, until all were enqueued.</param>
/// <param name="Host">Processor seconds of the local host's process for 1,000 payments.</param>
/// <param name="Simulator">The simulator's.</param>
/// <param name="Azurite">Azurite's.</param>
/// <param name="Operations">Storage operations of the local host for one payment, without the enqueuing one.</param>
internal sealed record Load(double PerSecond, double EnqueuedPerSecond, double Host, double Simulator, double Azurite, double Operations);

/// <summary>A round at a given rate.</summary>
/// <param name="PerSecond">The rate that was reached.</param>
/// <param name="Latencies">Milliseconds from the call that enqueues to the end of the attempt that was acknowledged, of payments with one attempt.</param>
/// <param name="Lateness">Milliseconds from a retry's due time to its start.</param>
internal sealed record Pace(double PerSecond, double[] Latencies, double[] Lateness);
