namespace FunctionsNotify.App;

// What repair and purge do to claims, beside IClaimStore: a host on which a delivery cannot break, or that purges in
// its own way, needs none of it. Infrastructure faults throw.
internal interface IClaimMaintenance
{
    Task<Claim?> FindAsync(string deliveryId, CancellationToken cancellationToken);

    // Replaces a claim, broken or final, by one that is open under a new delivery, only while delivery and state are
    // those that the caller saw. The count of duplicates stays the standing claim's. Two callers may mean the same new
    // delivery id with another body or key: the id of the replacement's newest change tells whose stands.
    Task<Claim?> ReopenAsync(Claim seen, Claim replacement, CancellationToken cancellationToken);

    Task<EndedClaimPage> ListEndedAsync(DateTimeOffset endedBefore, int pageSize, string? continuation, CancellationToken cancellationToken);

    Task<bool> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken);
}

internal sealed record EndedClaim(string PaymentId, string DeliveryId, int Generation, DateTimeOffset AcceptedAt, DateTimeOffset EndedAt);

internal sealed record EndedClaimPage(IReadOnlyList<EndedClaim> Claims, string? Continuation);
