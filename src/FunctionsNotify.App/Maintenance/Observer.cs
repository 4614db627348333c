using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Looks at what no single event tells: queues, quarantine, open deliveries, the key's end. One part's fault leaves the
// others alone. It changes nothing.
internal sealed class Observer(Queues queues, QuarantineStore quarantine, DeliveryIndex index, IEnumerable<IKeyExpiry> keys, TimeProvider time, ILogger<Observer> logger)
{
    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var faults = 0;
        var depths = ReadAsync("queues", () => queues.CountAsync(cancellationToken));
        var waiting = ReadAsync("quarantine", () => quarantine.CountWaitingAsync(cancellationToken));
        var deliveries = ReadAsync("open deliveries", () => index.CountOpenAsync(now, cancellationToken));
        var ends = await Task.WhenAll(keys.Select(key => ReadAsync("signing key", async () => new KeyEnd(await key.GetAsync(cancellationToken).ConfigureAwait(false))))).ConfigureAwait(false);
        return new Observation
        {
            At = now,
            Queues = await depths.ConfigureAwait(false),
            Quarantine = await waiting.ConfigureAwait(false),
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
                Logs.NotObserved(logger, fault, part);
                return null;
            }
        }
    }

    private sealed record KeyEnd(DateTimeOffset? At);
}

// What one look at the whole came to. A part that could not be read is null, so that it is missing and never wrong.
internal sealed record Observation
{
    public required DateTimeOffset At { get; init; }

    public IReadOnlyList<QueueStatistics>? Queues { get; init; }

    public QuarantineStatistics? Quarantine { get; init; }

    public DeliveryStatistics? Deliveries { get; init; }

    public DateTimeOffset? KeyExpiresAt { get; init; }

    public required int Faults { get; init; }

    public bool IsComplete => Faults == 0 && Quarantine is { IsComplete: true } && Deliveries is { IsComplete: true };
}
