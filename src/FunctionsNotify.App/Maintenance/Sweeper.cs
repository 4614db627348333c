using System.Runtime.ExceptionServices;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Looks through the index for deliveries that should have moved and did not, and helps each or tells an operator. It
// never terminates and never restarts an instance that lives. One delivery's fault is counted and leaves the others
// alone; it may run at any time and again. A run whose time is over tells what it did, and the next one goes on behind it, so
// that rows which nobody repairs keep it from no day. Where, is kept in memory: a new process begins with the newest day.
internal sealed class Sweeper(Claims claims, DeliveryIndex index, DeliveryPolicy policy, RetentionPolicy retention, TimeProvider time, ILogger<Sweeper> logger)
{
    // Upkeep's limit would cut it off with nothing told.
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    private const int PageSize = 200;
    private const int OlderShares = 60;

    // How often the host has it run.
    private static readonly TimeSpan _every = TimeSpan.FromMinutes(1);

    private IReadOnlyList<Place> _left = [];

    public async Task<SweepReport> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tally = new SweepTally();
        var left = _left;
        var places = new Stack<Place>(left.Concat(Places(now).Except(left)).Reverse());
        var read = false;
        Exception? fault = null;
        using var limit = new TimeLimit(Longest, time, cancellationToken);
        try
        {
            while (places.TryPop(out var place))
            {
                DeliveryIndexPage? page = null;
                var unread = await index.TryDayAsync(
                    new DateTimeOffset(place.Day, TimeOnly.MinValue, TimeSpan.Zero),
                    async token => page = await index.ListOverdueAsync(place.Day, now - SweepRules.StartingAfter, PageSize, place.Continuation, token).ConfigureAwait(false),
                    limit.Token).ConfigureAwait(false);
                if (unread is not null)
                {
                    tally.Faulted();
                    fault = unread;
                    continue;
                }

                read = true;
                if (page!.Continuation is not null)
                {
                    places.Push(place with { Continuation = page.Continuation });
                }

                await SweepPageAsync(client, page, now, tally, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (limit.Token.IsCancellationRequested)
        {
            tally.CutOff();
        }

        _left = [.. places];
        if (!read && fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        var report = tally.Report();
        Logs.Tell(logger, report, Logs.Swept);
        return report;
    }

    private IEnumerable<Place> Places(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        for (var back = 0; back <= DeliveryIndex.LookbackDays; back++)
        {
            yield return new Place(today.AddDays(-back), null);
        }

        // A redelivery stands on its payment's day of acceptance, which may be as old as the claim. Each run looks at a share
        // of those days, so that an hour's runs look at all.
        var share = (int)(now.UtcTicks / _every.Ticks % OlderShares);
        for (var back = DeliveryIndex.LookbackDays + 1 + share; back <= retention.Searched.TotalDays; back += OlderShares)
        {
            yield return new Place(today.AddDays(-back), null);
        }
    }

    private async Task SweepPageAsync(DurableTaskClient client, DeliveryIndexPage page, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        foreach (var fault in page.Unreadable)
        {
            tally.Faulted();
            Logs.RowUnreadable(logger, fault);
        }

        foreach (var row in page.Rows)
        {
            tally.See();
            await SweepRowAsync(client, row, now, tally, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SweepRowAsync(DurableTaskClient client, DeliveryIndexRow row, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        try
        {
            // The claim first: one that is final when it is read stays so, and an instance that is read later is not older.
            var claim = await claims.GetAsync(row.PaymentId, cancellationToken).ConfigureAwait(false);
            var instance = await client.FindDeliveryAsync(row.DeliveryId, cancellationToken).ConfigureAwait(false);
            if (instance is { Status: OrchestrationRuntimeStatus.Completed } && claim is { State: DeliveryState.Open })
            {
                claim = await claims.GetAsync(row.PaymentId, cancellationToken).ConfigureAwait(false);
            }

            var action = SweepRules.Judge(row, claim, instance, now);
            tally.Did(await TakeAsync(client, action, row, claim, instance, now, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the other deliveries are looked at too, and this one by the next run.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            tally.Faulted();
            Logs.NotSwept(logger, fault, row.PaymentId, row.DeliveryId);
        }
    }

    private async Task<SweepAction> TakeAsync(DurableTaskClient client, SweepAction action, DeliveryIndexRow row, Claim? claim, DeliveryInstance? instance, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case SweepAction.Start:
                return await StartAsync(client, claim!, cancellationToken).ConfigureAwait(false);

            case SweepAction.DropRow:
                await index.RemoveAsync(row, cancellationToken).ConfigureAwait(false);
                break;

            case SweepAction.MendRow:
                await index.UpsertAsync(SweepRules.Mend(row, claim!, instance?.Report), cancellationToken).ConfigureAwait(false);
                break;

            case SweepAction.Wake:
                await client.SendCommandAsync(row.DeliveryId, SweepRules.Wake(instance!.Report!), cancellationToken).ConfigureAwait(false);
                await index.UpsertAsync(row with { WokenAt = now }, cancellationToken).ConfigureAwait(false);
                break;

            default:
                Logs.Alert(logger, action, row.PaymentId, row.DeliveryId, instance);
                return action;
        }

        Logs.Took(logger, row.PaymentId, row.DeliveryId, action);
        return action;
    }

    private async Task<SweepAction> StartAsync(DurableTaskClient client, Claim claim, CancellationToken cancellationToken)
    {
        switch (await client.StartDeliveryAsync(claims, claim.ToInput(policy), cancellationToken).ConfigureAwait(false))
        {
            case StartResult.Started:
                Logs.Took(logger, claim.PaymentId, claim.DeliveryId, SweepAction.Start);
                return SweepAction.Start;

            case StartResult.Broken:
                Logs.Alert(logger, SweepAction.AlertBroken, claim.PaymentId, claim.DeliveryId, null);
                return SweepAction.AlertBroken;

            default:
                return SweepAction.None;
        }
    }

    // A page of a day's overdue rows.
    private sealed record Place(DateOnly Day, string? Continuation);
}
