using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>Claims in SQLite. Inserting one also records its delivery, and hands it to whoever starts it.</summary>
internal sealed class SqliteClaimStore(StateWriter writer, StateReader reader, FreshDeliveries fresh, DeliveryPolicy policy) : IClaimStore
{
    /// <inheritdoc/>
    public async Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken)
    {
        var delivery = Delivery.Begin(DeliveryStart.Of(claim, policy), claim.AcceptedAt);
        var change = writer.Enqueue(new AcceptChange(claim, delivery, fresh));
        await change.Committed.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (change.Standing is null)
        {
            CrashPoints.Pass(CrashPoints.AfterClaim);
        }

        return change.Standing;
    }

    /// <inheritdoc/>
    public Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken) => Task.FromResult(reader.FindClaim(paymentId));

    /// <inheritdoc/>
    public Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken) =>
        writer.Enqueue(new DuplicateChange(paymentId)).Committed.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken) =>
        writer.Enqueue(new FinishClaimChange(paymentId, deliveryId, state, endedAt)).Committed.WaitAsync(cancellationToken);
}
