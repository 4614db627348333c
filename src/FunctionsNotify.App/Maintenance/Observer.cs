using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Looks at what no single event tells: queues, quarantine, open deliveries, the key's end. One part's fault leaves the
// others alone. It changes nothing.
internal sealed class Observer
{
    private readonly IQueueStatistics _queues;
    private readonly IQuarantineStatistics _quarantine;
    private readonly IDeliveryStatistics _deliveries;
    private readonly IReadOnlyList<IKeyExpiry> _keys;
    private readonly TimeProvider _time;
    private readonly ILogger<Observer> _logger;

    public Observer(
        IQueueStatistics queues,
        IQuarantineStatistics quarantine,
        IDeliveryStatistics deliveries,
        IEnumerable<IKeyExpiry> keys,
        TimeProvider time,
        ILogger<Observer> logger)
    {
        _queues = queues;
        _quarantine = quarantine;
        _deliveries = deliveries;
        _keys = [.. keys];
        _time = time;
        _logger = logger;
    }

    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var faults = 0;
        var queues = ReadAsync("queues", () => _queues.ReadAsync(cancellationToken));
        var quarantine = ReadAsync("quarantine", () => _quarantine.CountWaitingAsync(cancellationToken));
        var deliveries = ReadAsync("open deliveries", () => _deliveries.ReadAsync(now, cancellationToken));
        var ends = await Task.WhenAll(_keys.Select(key => ReadAsync("signing key", async () => new KeyEnd(await key.GetAsync(cancellationToken).ConfigureAwait(false))))).ConfigureAwait(false);
        return new Observation
        {
            At = now,
            Queues = await queues.ConfigureAwait(false),
            Quarantine = await quarantine.ConfigureAwait(false),
            Deliveries = await deliveries.ConfigureAwait(false),
            KeyExpiresAt = ends.Min(end => end?.At),
            Faults = faults,
        };

        async Task<T?> ReadAsync<T>(string part, Func<Task<T>> read)
            where T : class
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // Whatever the fault, the other parts are read, and this one by the next look.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref faults);
                ObserverLogs.NotObserved(_logger, fault, part);
                return null;
            }
        }
    }

    private sealed record KeyEnd(DateTimeOffset? At);
}
