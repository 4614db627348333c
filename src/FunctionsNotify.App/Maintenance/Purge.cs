using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Removes what has ended for longer than its retention: finished histories, ended claims with their index rows, resolved
// quarantine records. Nothing tells where those lie, so that a round reads everything there is, a slice a minute. Each
// step may be cut off anywhere and done again.
internal sealed class Purge(Claims claims, DeliveryIndex index, QuarantineStore quarantine, RetentionPolicy retention, Rounds rounds, TimeProvider time, ILogger<Purge> logger)
{
    public const string HistoryRound = "purge-histories";
    public const string ClaimRound = "purge-claims";
    public const string QuarantineRound = "purge-quarantine";

    public static readonly TimeSpan Every = TimeSpan.FromHours(6);
    public static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);

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

    // What one slice came to; null where no round is due.
    public async Task<PurgeReport?> RunAsync(DurableTaskClient client, CancellationToken cancellationToken, int pageSize = PageSize)
    {
        var now = time.GetUtcNow();
        var (histories, ended, records) = (new List<Removal>(), new List<Removal>(), 0);
        var before = now - retention.History;
        bool?[] rests =
        [
            await rounds.GoOnAsync(HistoryRound, Every, Slice, async place =>
            {
                // Created before is a bound that the platform knows; when it finished is looked at one by one.
                var page = await client.ListDeliveriesAsync(_finished, before, pageSize, place, cancellationToken).ConfigureAwait(false);
                await RemoveAsync(page.Instances, instance => RemoveAsync(client, instance, before, cancellationToken), histories).ConfigureAwait(false);
                return page.Continuation;
            }, cancellationToken).ConfigureAwait(false),
            await rounds.GoOnAsync(ClaimRound, Every, Slice, async place =>
            {
                var page = await claims.ListEndedAsync(now - retention.Claims, pageSize, place, cancellationToken).ConfigureAwait(false);
                foreach (var fault in page.Unreadable)
                {
                    ended.Add(Removal.Faulted);
                    Logs.RowUnreadable(logger, fault);
                }

                await RemoveAsync(page.Claims, claim => RemoveAsync(claim, cancellationToken), ended).ConfigureAwait(false);
                return page.Continuation;
            }, cancellationToken).ConfigureAwait(false),
            await rounds.GoOnAsync(QuarantineRound, Every, Slice, async _ =>
            {
                records += await quarantine.TidyAsync(now - retention.Claims, cancellationToken).ConfigureAwait(false);
                return null;
            }, cancellationToken).ConfigureAwait(false),
        ];
        if (Array.TrueForAll(rests, isOver => isOver is null))
        {
            return null;
        }

        var report = new PurgeReport(
            Count(histories, Removal.Removed),
            Count(ended, Removal.Removed),
            records,
            Count(histories, Removal.Kept),
            Count(histories, Removal.Faulted) + Count(ended, Removal.Faulted),
            IsComplete: !rests.Contains(false));
        var level = report.Faults > 0 ? LogLevel.Warning : report is { Histories: 0, Claims: 0, Records: 0 } ? LogLevel.Debug : LogLevel.Information;
        Logs.Purged(logger, level, report.Histories, report.Claims, report.Records, report.Kept, report.Faults, report.IsComplete);
        return report;
    }

    private static int Count(List<Removal> removals, Removal wanted) => removals.Count(removal => removal == wanted);

    private static async Task RemoveAsync<T>(IEnumerable<T> items, Func<T, Task<Removal>> remove, List<Removal> results)
    {
        foreach (var batch in items.Chunk(BatchSize))
        {
            results.AddRange(await Task.WhenAll(batch.Select(remove)).ConfigureAwait(false));
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
}

internal sealed record PurgeReport(int Histories, int Claims, int Records, int Kept, int Faults, bool IsComplete);

internal sealed record RetentionPolicy
{
    public const string Section = "Retention";

    private static readonly TimeSpan _day = TimeSpan.FromDays(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3650);

    // In days: 22 hours of retries and 24 of postponements, and what was late by then.
    private const int LongestDelivery = 3;

    // How long a claim is kept after its delivery ended. While it is kept, the same message again is a duplicate and
    // another one a conflict; after it, either would be a new payment. A resolved quarantine record is kept as long.
    public TimeSpan Claims { get; init; } = TimeSpan.FromDays(400);

    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

    // How long after its acceptance a payment may be delivered again: the new delivery's row lies on the day of that, and the
    // days before this are not searched.
    public TimeSpan Redelivery => Searched - TimeSpan.FromDays(LongestDelivery);

    // How far the sweeper looks back.
    public TimeSpan Searched => TimeSpan.FromDays(Math.Max(DeliveryIndex.LookbackDays, Claims.TotalDays + LongestDelivery));

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
