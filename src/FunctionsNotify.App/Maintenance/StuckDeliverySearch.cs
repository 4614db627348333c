using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Asks the platform for what the index cannot show: instances that no worker takes up, and those that failed or were
// terminated under an open claim. A delivery that breaks before its first wait has no row. It changes nothing.
internal sealed class StuckDeliverySearch
{
    public const int MaxInstances = 10_000;

    private static readonly InstanceStatus[] _statuses = [InstanceStatus.Pending, InstanceStatus.Failed, InstanceStatus.Terminated];

    private readonly IClaimMaintenance _claims;
    private readonly IDeliveryInstances _instances;
    private readonly TimeProvider _time;
    private readonly ILogger<StuckDeliverySearch> _logger;

    public StuckDeliverySearch(IClaimMaintenance claims, IDeliveryInstances instances, TimeProvider time, ILogger<StuckDeliverySearch> logger)
    {
        _claims = claims;
        _instances = instances;
        _time = time;
        _logger = logger;
    }

    public async Task<SweepReport> RunAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var tally = new SweepTally(MaxInstances);
        await foreach (var instance in _instances.ListAsync(_statuses, now, cancellationToken).ConfigureAwait(false))
        {
            if (!tally.TrySee())
            {
                break;
            }

            await LookAsync(instance, now, tally, cancellationToken).ConfigureAwait(false);
        }

        var report = tally.Report();
        UpkeepLogs.Tell(_logger, report, UpkeepLogs.Searched);
        return report;
    }

    private async Task LookAsync(DeliveryInstance instance, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        try
        {
            var claim = await _claims.FindAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
            var action = SweepRules.Judge(instance, claim, now);
            tally.Did(action);
            UpkeepLogs.Alert(_logger, action, claim?.PaymentId ?? string.Empty, instance.DeliveryId, instance);
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
            UpkeepLogs.NotSwept(_logger, fault, string.Empty, instance.DeliveryId);
        }
    }
}
