namespace FunctionsNotify.App;

// Keeps one claim per payment. Every call is idempotent; infrastructure faults throw.
internal interface IClaimStore
{
    Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken);

    Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken);

    Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken);

    // Merges the final state, only while the claim is this delivery's own; a claim of another delivery stays as it is.
    Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken);
}
