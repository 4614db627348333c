namespace FunctionsNotify.Deliveries;

/// <summary>Keeps one claim per payment. Every call is idempotent; infrastructure faults throw.</summary>
public interface IClaimStore
{
    /// <summary>Inserts the claim; an existing one is never changed. Concurrent calls for one payment: exactly one wins.</summary>
    /// <param name="claim">The candidate.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Null when the candidate was inserted, else the claim that stands.</returns>
    Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken);

    /// <summary>The payment's claim, null when there is none.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken);

    /// <summary>Counts a duplicate. Lost counts are accepted; a lost claim is not.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken);

    /// <summary>Merges the final state, only while the claim is this delivery's own; a claim of another delivery stays as it is.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="deliveryId">The delivery that ended.</param>
    /// <param name="state">Its final state.</param>
    /// <param name="endedAt">When it ended, UTC.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken);
}
