using System.Runtime.ExceptionServices;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Looks through the index for deliveries that should have moved and did not, and helps each or tells an operator. It
// never terminates and never restarts an instance that lives. One delivery's fault is counted and leaves the others
// alone; it may run at any time and again.
internal sealed class Sweeper(Claims claims, DeliveryIndex index, DeliveryPolicy policy, RetentionPolicy retention, TimeProvider time, ILogger<Sweeper> logger)
{
    public const int MaxRows = 10_000;

    private const int PageSize = 200;
    private const int OlderShares = 60;

    // How often the host has it run.
    private static readonly TimeSpan _every = TimeSpan.FromMinutes(1);

    public async Task<SweepReport> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tally = new SweepTally(MaxRows);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var (more, read) = (true, false);
        Exception? fault = null;
        for (var back = 0; more && back <= DeliveryIndex.LookbackDays; back++)
        {
            await SweepAsync(today.AddDays(-back)).ConfigureAwait(false);
        }

        // A redelivery stands on its payment's day of acceptance, which may be as old as the claim. Each run looks at a share
        // of those days, so that an hour's runs look at all.
        var share = (int)(now.UtcTicks / _every.Ticks % OlderShares);
        for (var back = DeliveryIndex.LookbackDays + 1 + share; more && back <= retention.Claims.TotalDays + 1; back += OlderShares)
        {
            await SweepAsync(today.AddDays(-back)).ConfigureAwait(false);
        }

        if (!read && fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        var report = tally.Report();
        Logs.Tell(logger, report, Logs.Swept);
        return report;

        async Task SweepAsync(DateOnly day)
        {
            (more, var found) = await SweepDayAsync(client, day, now, tally, cancellationToken).ConfigureAwait(false);
            read |= found is null;
            fault = found ?? fault;
        }
    }

    // No more when the tally is full.
    private async Task<(bool More, Exception? Fault)> SweepDayAsync(DurableTaskClient client, DateOnly day, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            DeliveryIndexPage? page = null;
            var unread = await index.TryDayAsync(
                new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero),
                async token => page = await index.ListOverdueAsync(day, now - SweepRules.StartingAfter, PageSize, continuation, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            if (unread is not null)
            {
                tally.Faulted();
                return (true, unread);
            }

            foreach (var fault in page!.Unreadable)
            {
                tally.Faulted();
                Logs.RowUnreadable(logger, fault);
            }

            foreach (var row in page.Rows)
            {
                if (!tally.TrySee())
                {
                    return (false, null);
                }

                await SweepRowAsync(client, row, now, tally, cancellationToken).ConfigureAwait(false);
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return (true, null);
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
            tally.Did(await TakeAsync(client, action, row, claim, instance, cancellationToken).ConfigureAwait(false));
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

    private async Task<SweepAction> TakeAsync(DurableTaskClient client, SweepAction action, DeliveryIndexRow row, Claim? claim, DeliveryInstance? instance, CancellationToken cancellationToken)
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
}
