using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Asks the platform for what the index cannot show: instances that no worker takes up, and those that failed or were
// terminated under an open claim. A delivery that breaks before its first wait has no row. It changes nothing.
internal sealed class StuckSearch(Claims claims, TimeProvider time, ILogger<StuckSearch> logger)
{
    public const int MaxInstances = 10_000;

    private static readonly OrchestrationRuntimeStatus[] _statuses =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
    ];

    public async Task<SweepReport> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tally = new SweepTally(MaxInstances);
        await foreach (var instance in client.ListDeliveriesAsync(_statuses, now, cancellationToken).ConfigureAwait(false))
        {
            if (!tally.TrySee())
            {
                break;
            }

            await LookAsync(instance, now, tally, cancellationToken).ConfigureAwait(false);
        }

        var report = tally.Report();
        Logs.Tell(logger, report, Logs.Searched);
        return report;
    }

    private async Task LookAsync(DeliveryInstance instance, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        try
        {
            var claim = await claims.FindAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
            var action = SweepRules.Judge(instance, claim, now);
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
