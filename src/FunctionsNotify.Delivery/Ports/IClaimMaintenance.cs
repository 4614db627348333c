namespace FunctionsNotify.Deliveries;

/// <summary>
/// What repair and purge do to claims, beside <see cref="IClaimStore"/>: a host on which a delivery cannot break, or that
/// purges in its own way, needs none of it. Infrastructure faults throw.
/// </summary>
public interface IClaimMaintenance
{
    /// <summary>The claim of the payment that a delivery belongs to, null when there is none.</summary>
    /// <param name="deliveryId">Any delivery of the payment.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Claim?> FindAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a claim, broken or final, by one that is open under a new delivery, only while delivery and state are those
    /// that the caller saw. The count of duplicates stays the standing claim's. Two callers may mean the same new delivery
    /// id with another body or key: the id of the replacement's newest change tells whose stands. <c>[decided]</c>
    /// </summary>
    /// <param name="seen">The claim that the caller judged.</param>
    /// <param name="replacement">The claim that is to stand; its history ends with the change that it is.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Null when the replacement stands, by this call or an earlier one; else the claim that stands.</returns>
    /// <exception cref="InvalidOperationException">There is no claim any more.</exception>
    Task<Claim?> ReopenAsync(Claim seen, Claim replacement, CancellationToken cancellationToken);

    /// <summary>One page of the claims that ended before a time, in the order of their keys.</summary>
    /// <param name="endedBefore">Only claims that ended earlier, UTC.</param>
    /// <param name="pageSize">The most claims of the page; it may hold fewer, and none, though more follow.</param>
    /// <param name="continuation">Where an earlier page ended; null for the first.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<EndedClaimPage> ListEndedAsync(DateTimeOffset endedBefore, int pageSize, string? continuation, CancellationToken cancellationToken);

    /// <summary>Removes an ended claim, only while it stands as it was listed.</summary>
    /// <param name="claim">The claim as it was listed.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False when another claim stands or none.</returns>
    Task<bool> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken);
}

/// <summary>An ended claim as a purge needs it, without its body.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="DeliveryId">The last delivery.</param>
/// <param name="Generation">Which delivery of the payment that is, from 1.</param>
/// <param name="AcceptedAt">When intake accepted the notification, UTC.</param>
/// <param name="EndedAt">When the last delivery ended, UTC.</param>
public sealed record EndedClaim(string PaymentId, string DeliveryId, int Generation, DateTimeOffset AcceptedAt, DateTimeOffset EndedAt);

/// <summary>One page of ended claims.</summary>
/// <param name="Claims">The claims.</param>
/// <param name="Continuation">Where the next page starts; null when this is the last.</param>
public sealed record EndedClaimPage(IReadOnlyList<EndedClaim> Claims, string? Continuation);
