using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Repair where no delivery breaks by itself: one that is open is in the engine's hand, or is taken up by the next start.
/// </summary>
internal sealed class LocalRepair(IClaimStore claims) : IRepair
{
    /// <inheritdoc/>
    public async Task<RepairAnswer> RepairAsync(string paymentId, CommandRequest request, CancellationToken cancellationToken) =>
        await claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) switch
        {
            null => new RepairAnswer.Unknown(),
            { State: DeliveryState.Open } => new RepairAnswer.NotBroken(),
            var claim => new RepairAnswer.Ended(claim.State),
        };
}
