using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Reopening where claim, delivery and audit log are one file: all of it is one transaction, and the engine takes the new
/// delivery up, after a crash at its next start. No delivery breaks here by itself.
/// </summary>
internal sealed class LocalReopening(StateWriter writer, FreshDeliveries fresh, DeliveryEngine engine, AuditTrail audit, DeliveryPolicy policy, TimeProvider time) : IReopening
{
    /// <inheritdoc/>
    public Task<DeliveryStand> LookAsync(Claim open, CancellationToken cancellationToken) =>
        Task.FromResult(engine.IsInHand(open.DeliveryId) ? DeliveryStand.InHand : DeliveryStand.NotStarted);

    /// <inheritdoc/>
    public async Task StartAsync(Claim open, CancellationToken cancellationToken)
    {
        if (await engine.StartAsync(DeliveryStart.Of(open, policy), cancellationToken).ConfigureAwait(false) == StartResult.Broken)
        {
            throw new InvalidOperationException($"Delivery {open.DeliveryId} is claimed and not recorded.");
        }
    }

    /// <inheritdoc/>
    public Task<Claim?> ReopenAsync(Claim seen, Claim replacement, AuditEntry entry, CancellationToken cancellationToken)
    {
        var delivery = Delivery.Begin(DeliveryStart.Of(replacement, policy), time.GetUtcNow());
        // Whoever asked may be gone before the commit: what is committed is started all the same.
        return FollowAsync(writer.Enqueue(new ReopenChange(seen, replacement, delivery, entry, fresh)), replacement).WaitAsync(cancellationToken);
    }

    private async Task<Claim?> FollowAsync(ReopenChange change, Claim replacement)
    {
        await change.Committed.ConfigureAwait(false);
        audit.Tell(change.Written);
        if (change.Standing is null)
        {
            CrashPoints.Pass(CrashPoints.AfterRedelivery);
            await StartAsync(replacement, CancellationToken.None).ConfigureAwait(false);
        }

        return change.Standing;
    }
}
