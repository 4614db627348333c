namespace FunctionsNotify.App;

// What a claim's delivery is started with: the same whoever starts it, intake, repair or the sweeper.
internal static class DeliveryStart
{
    public static DeliveryInput Of(Claim claim, DeliveryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new DeliveryInput
        {
            DeliveryId = claim.DeliveryId,
            PaymentId = claim.PaymentId,
            PaymentRequestId = claim.PaymentRequestId,
            Body = claim.Body,
            AcceptedAt = claim.AcceptedAt,
            Policy = policy,
            EnqueuedAt = claim.EnqueuedAt,
            TraceParent = claim.TraceParent,
            TraceState = claim.TraceState,
            Supersedes = claim.Generation > 1 ? DeliveryIds.ForDelivery(claim.PaymentId, claim.Generation - 1) : null,
        };
    }
}
