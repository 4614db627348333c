using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Asks the platform for what the index cannot show: instances that no worker takes up, those that somebody suspended, those
// that failed or were terminated under an open claim, and running ones whose attempt nobody makes. A delivery that breaks or
// hangs before its first wait has no row. It wakes, and changes nothing else. The platform keeps no index by status, so one
// round reads every instance that there is: a slice a minute.
internal sealed class StuckSearch(Claims claims, DeliveryIndex index, Rounds rounds, TimeProvider time, ILogger<StuckSearch> logger)
{
    public const string Round = "find-stuck";

    public static readonly TimeSpan Every = TimeSpan.FromHours(1);
    public static readonly TimeSpan Slice = TimeSpan.FromSeconds(30);

    private const int PageSize = 100;

    private static readonly OrchestrationRuntimeStatus[] _statuses =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
    ];

    // What one slice came to; null where no round is due.
    public async Task<SweepReport?> RunAsync(DurableTaskClient client, CancellationToken cancellationToken, int pageSize = PageSize)
    {
        var now = time.GetUtcNow();
        var tally = new SweepTally();
        bool? isOver = false;
        try
        {
            isOver = await rounds.GoOnAsync(Round, Every, Slice, async place =>
            {
                // A younger one may just have been started.
                var page = await client.ListDeliveriesAsync(_statuses, now - SweepRules.PendingAfter, pageSize, place, cancellationToken).ConfigureAwait(false);
                foreach (var instance in page.Instances)
                {
                    tally.See();
                    await LookAsync(client, instance, now, tally, cancellationToken).ConfigureAwait(false);
                }

                return page.Continuation;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was found before is told: the place has moved on, and no later slice comes to it in this round.
        }
#pragma warning disable CA1031 // Likewise, whatever the fault. A slice that saw nothing has nothing to tell but the fault.
        catch (Exception fault) when (tally.Seen > 0)
#pragma warning restore CA1031
        {
            tally.Faulted();
            Logs.SearchCutOff(logger, fault);
        }

        if (isOver is null)
        {
            return null;
        }

        var report = tally.Report() with { IsComplete = isOver.Value };
        Logs.Tell(logger, report, Logs.Searched);
        return report;
    }

    private async Task LookAsync(DurableTaskClient client, DeliveryInstance instance, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        if (!SweepRules.IsSuspect(instance, now))
        {
            return;
        }

        try
        {
            var claim = await claims.FindAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
            if (instance.Status == OrchestrationRuntimeStatus.Running)
            {
                if (claim is null || await index.GetAsync(instance.DeliveryId, claim.AcceptedAt, cancellationToken).ConfigureAwait(false) is { State: DeliveryState.Open })
                {
                    // The sweeper has what has an open row.
                    return;
                }

                // The list is older than all that was looked at since: it may go on by now.
                var again = await client.FindDeliveryAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
                if (again is not { Status: OrchestrationRuntimeStatus.Running } || !SweepRules.IsSuspect(again, now))
                {
                    return;
                }

                instance = again;
            }

            var action = SweepRules.Judge(instance, claim, now);
            if (action == SweepAction.Wake)
            {
                await client.SendCommandAsync(instance.DeliveryId, SweepRules.Wake(instance.Report!), cancellationToken).ConfigureAwait(false);
                Logs.Took(logger, claim!.PaymentId, instance.DeliveryId, action);
            }

            tally.Did(action);
            Logs.Alert(logger, action, claim?.PaymentId ?? string.Empty, instance.DeliveryId, instance);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the other instances are looked at too.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            tally.Faulted();
            Logs.NotSwept(logger, fault, string.Empty, instance.DeliveryId);
        }
    }
}
