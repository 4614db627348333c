namespace FunctionsNotify.App;

// Reopening where claim, index and platform are three stores. In this order: audit entry, index row, claim, start; a
// crash after any step is made good by the same call again, or by the sweeper, which finds the row.
internal sealed class IndexedReopening : IReopening
{
    // The sweeper drops a prepared row after a minute unless the claim names its delivery: the claim is replaced well
    // before that or not at all.
    private static readonly TimeSpan _claimWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _startWithin = TimeSpan.FromSeconds(30);

    private readonly IClaimMaintenance _claims;
    private readonly IDeliveryIndex _index;
    private readonly IDeliveryInstances _instances;
    private readonly IDeliveryStarter _starter;
    private readonly AuditTrail _audit;
    private readonly DeliveryPolicy _policy;
    private readonly TimeProvider _time;

    public IndexedReopening(
        IClaimMaintenance claims, IDeliveryIndex index, IDeliveryInstances instances, IDeliveryStarter starter, AuditTrail audit, DeliveryPolicy policy, TimeProvider time)
    {
        _claims = claims;
        _index = index;
        _instances = instances;
        _starter = starter;
        _audit = audit;
        _policy = policy;
        _time = time;
    }

    public async Task<DeliveryStand> LookAsync(Claim open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(open);
        return (await _instances.GetAsync(open.DeliveryId, cancellationToken).ConfigureAwait(false))?.Status switch
        {
            null => DeliveryStand.NotStarted,
            InstanceStatus.Failed or InstanceStatus.Terminated => DeliveryStand.Broken,
            _ => DeliveryStand.InHand,
        };
    }

    public async Task StartAsync(Claim open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(open);
        if (await _starter.StartAsync(DeliveryStart.Of(open, _policy), cancellationToken).ConfigureAwait(false) == StartResult.Broken)
        {
            throw new InvalidOperationException($"Delivery {open.DeliveryId} broke when it was started; repair it.");
        }
    }

    public async Task<Claim?> ReopenAsync(Claim seen, Claim replacement, AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(replacement);
        ArgumentNullException.ThrowIfNull(entry);
        await _audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        if (await ClaimAsync(seen, replacement, cancellationToken).ConfigureAwait(false) is { } standing)
        {
            // The row of this one goes with the next sweep, unless it is the standing delivery's too.
            await _audit.EndAsync(entry, AuditEntry.Refused($"another change was first, delivery {standing.DeliveryId} is {standing.State}")).ConfigureAwait(false);
            return standing;
        }

        try
        {
            // The claim stands: whoever asked may be gone, the start must not be.
            using var limit = new CancellationTokenSource(_startWithin, _time);
            await StartAsync(replacement, limit.Token).ConfigureAwait(false);
        }
        finally
        {
            await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<Claim?> ClaimAsync(Claim seen, Claim replacement, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_claimWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _index.UpsertAsync(DeliveryIndexRow.Starting(replacement, _time.GetUtcNow()), either.Token).ConfigureAwait(false);
        return await _claims.ReopenAsync(seen, replacement, either.Token).ConfigureAwait(false);
    }
}
