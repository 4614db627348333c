namespace FunctionsNotify.Deliveries;

/// <summary>What a claim's delivery is started with: the same whoever starts it, intake, repair or the sweeper. <c>[decided]</c></summary>
public static class DeliveryStart
{
    /// <summary>The input of the claim's delivery.</summary>
    /// <param name="claim">The claim; it names the delivery and holds the body.</param>
    /// <param name="policy">The policy of new deliveries.</param>
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
