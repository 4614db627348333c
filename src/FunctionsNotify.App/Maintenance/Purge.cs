using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Removes what has ended for longer than its retention, a bounded time per run: first finished histories, then ended
// claims with their index rows. Each step may be cut off anywhere and done again.
internal sealed class Purge(Claims claims, DeliveryIndex index, RetentionPolicy retention, TimeProvider time, ILogger<Purge> logger)
{
    public static readonly TimeSpan PartTime = TimeSpan.FromMinutes(2);

    private const int BatchSize = 16;
    private const int PageSize = 200;

    private static readonly OrchestrationRuntimeStatus[] _finished =
    [
        OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
    ];

    private enum Removal
    {
        Removed,
        Kept,
        Faulted,
    }

    public async Task<PurgeReport> RunAsync(DurableTaskClient client, CancellationToken cancellationToken, int pageSize = PageSize)
    {
        var now = time.GetUtcNow();
        var histories = await PurgeHistoriesAsync(client, now - retention.History, cancellationToken).ConfigureAwait(false);
        var ended = await PurgeClaimsAsync(now - retention.Claims, pageSize, cancellationToken).ConfigureAwait(false);
        var report = new PurgeReport(
            histories.Count(Removal.Removed),
            ended.Count(Removal.Removed),
            histories.Count(Removal.Kept),
            histories.Count(Removal.Faulted) + ended.Count(Removal.Faulted),
            histories.IsComplete && ended.IsComplete);
        var level = report is { Faults: 0, IsComplete: true } ? LogLevel.Information : LogLevel.Warning;
        Logs.Purged(logger, level, report.Histories, report.Claims, report.Kept, report.Faults, report.IsComplete);
        return report;
    }

    private async Task<Part> PurgeHistoriesAsync(DurableTaskClient client, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var part = new Part(time);
        var batch = new List<DeliveryInstance>(BatchSize);

        // Created before is a bound that the platform knows; when it finished is looked at one by one.
        await foreach (var instance in client.ListDeliveriesAsync(_finished, before, cancellationToken).ConfigureAwait(false))
        {
            batch.Add(instance);
            if (batch.Count == BatchSize)
            {
                await RemoveBatchAsync().ConfigureAwait(false);
                if (part.IsOver)
                {
                    return part;
                }
            }
        }

        await RemoveBatchAsync().ConfigureAwait(false);
        return part.Complete();

        async Task RemoveBatchAsync()
        {
            part.Add(await Task.WhenAll(batch.Select(instance => RemoveAsync(client, instance, before, cancellationToken))).ConfigureAwait(false));
            batch.Clear();
        }
    }

    private async Task<Part> PurgeClaimsAsync(DateTimeOffset before, int pageSize, CancellationToken cancellationToken)
    {
        var part = new Part(time);
        var continuation = await claims.GetBookmarkAsync(cancellationToken).ConfigureAwait(false);
        do
        {
            var page = await ListAsync(before, pageSize, continuation, cancellationToken).ConfigureAwait(false);
            foreach (var batch in page.Claims.Chunk(BatchSize))
            {
                part.Add(await Task.WhenAll(batch.Select(claim => RemoveAsync(claim, cancellationToken))).ConfigureAwait(false));
            }

            continuation = page.Continuation;
            await claims.SetBookmarkAsync(continuation, cancellationToken).ConfigureAwait(false);
        }
        while (continuation is not null && !part.IsOver);

        return continuation is null ? part.Complete() : part;
    }

    private async Task<EndedClaimPage> ListAsync(DateTimeOffset before, int pageSize, string? continuation, CancellationToken cancellationToken)
    {
        try
        {
            return await claims.ListEndedAsync(before, pageSize, continuation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (continuation is not null && fault is not OperationCanceledException)
        {
            // A place that was kept by another version, or that the store knows no more, must not end the purge for good.
            Logs.BookmarkLost(logger, fault);
            await claims.SetBookmarkAsync(null, cancellationToken).ConfigureAwait(false);
            return await claims.ListEndedAsync(before, pageSize, continuation: null, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<Removal> RemoveAsync(DurableTaskClient client, DeliveryInstance instance, DateTimeOffset before, CancellationToken cancellationToken) => GuardAsync("Instance", instance.DeliveryId, async () =>
    {
        var claim = await claims.FindAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
        if (!MayRemove(instance, claim, before))
        {
            return false;
        }

        await client.PurgeDeliveryAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    // The rows first: the claim is what they are found by.
    private Task<Removal> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken) => GuardAsync("Claim", claim.PaymentId, async () =>
    {
        for (var generation = 1; generation <= claim.Generation; generation++)
        {
            await index.RemoveAsync(DeliveryIds.ForDelivery(claim.PaymentId, generation), claim.AcceptedAt, cancellationToken).ConfigureAwait(false);
        }

        return await claims.RemoveAsync(claim, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    private async Task<Removal> GuardAsync(string what, string id, Func<Task<bool>> remove, CancellationToken cancellationToken)
    {
        try
        {
            return await remove().ConfigureAwait(false) ? Removal.Removed : Removal.Kept;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the others are removed, and this one by a later run.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.NotPurged(logger, fault, what, id);
            return Removal.Faulted;
        }
    }

    // Whether an instance may be removed: it is finished for longer than the retention, and nothing rests on it. While
    // its claim is open for it, it is a broken delivery, and its history is what an operator repairs it by.
    public static bool MayRemove(DeliveryInstance instance, Claim? claim, DateTimeOffset finishedBefore)
    {
        if (!instance.IsFinished || instance.LastUpdatedAt >= finishedBefore)
        {
            return false;
        }

        // A claim that names another delivery has left this one behind: a repair took its place.
        return claim?.DeliveryId != instance.DeliveryId || claim.State != DeliveryState.Open;
    }

    private sealed class Part(TimeProvider time)
    {
        private readonly long _started = time.GetTimestamp();
        private readonly List<Removal> _results = [];

        public bool IsOver => time.GetElapsedTime(_started) >= PartTime;

        public bool IsComplete { get; private set; }

        public void Add(IEnumerable<Removal> results) => _results.AddRange(results);

        public int Count(Removal wanted) => _results.Count(result => result == wanted);

        public Part Complete()
        {
            IsComplete = true;
            return this;
        }
    }
}

internal sealed record PurgeReport(int Histories, int Claims, int Kept, int Faults, bool IsComplete);

internal sealed record RetentionPolicy
{
    public const string Section = "Retention";

    private static readonly TimeSpan _day = TimeSpan.FromDays(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3650);

    // How long a claim is kept after its delivery ended. While it is kept, the same message again is a duplicate and
    // another one a conflict; after it, either would be a new payment.
    public TimeSpan Claims { get; init; } = TimeSpan.FromDays(400);

    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        if (History < _day || History > _longest)
        {
            found.Add($"{Section}__{nameof(History)}: must be from 1 to 3650 days");
        }

        if (Claims < History + _day || Claims > _longest + _day)
        {
            found.Add($"{Section}__{nameof(Claims)}: must be at least a day longer than {Section}__{nameof(History)}, at most 3651 days");
        }

        return found;
    }
}
