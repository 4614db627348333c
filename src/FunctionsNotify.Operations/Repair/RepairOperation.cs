using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Operations;

/// <summary>
/// Gives the claim of a broken delivery a new delivery and starts it with the claimed body. In this order: index row,
/// claim, start; a crash after any step is made good by the same call again, or by the sweeper, which finds the row. <c>[decided]</c>
/// </summary>
public sealed class RepairOperation : IRepair
{
    // The sweeper drops a prepared row after a minute unless the claim names its delivery: the claim is replaced well
    // before that or not at all.
    private static readonly TimeSpan _claimWithin = TimeSpan.FromSeconds(30);

    private readonly IClaimStore _claims;
    private readonly IClaimMaintenance _reopening;
    private readonly IDeliveryIndex _index;
    private readonly IDeliveryInstances _instances;
    private readonly IDeliveryStarter _starter;
    private readonly DeliveryPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger<RepairOperation> _logger;

    /// <summary>Makes the operation over a host's ports.</summary>
    /// <param name="claims">Keeps one claim per payment.</param>
    /// <param name="reopening">Replaces claims.</param>
    /// <param name="index">Keeps the index rows.</param>
    /// <param name="instances">Knows what the platform runs.</param>
    /// <param name="starter">Starts deliveries.</param>
    /// <param name="policy">The policy of new deliveries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public RepairOperation(
        IClaimStore claims,
        IClaimMaintenance reopening,
        IDeliveryIndex index,
        IDeliveryInstances instances,
        IDeliveryStarter starter,
        DeliveryPolicy policy,
        TimeProvider time,
        ILogger<RepairOperation> logger)
    {
        _claims = claims;
        _reopening = reopening;
        _index = index;
        _instances = instances;
        _starter = starter;
        _policy = policy;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public async Task<RepairAnswer> RepairAsync(string paymentId, CommandRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await _claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return new RepairAnswer.Unknown();
        }

        if (claim.State != DeliveryState.Open)
        {
            return new RepairAnswer.Ended(claim.State);
        }

        var instance = await _instances.GetAsync(claim.DeliveryId, cancellationToken).ConfigureAwait(false);
        switch (instance?.Status)
        {
            case null:
                // Claimed and not started, by a crash in between or because its history is gone.
                return await StartAsync(claim, request, cancellationToken).ConfigureAwait(false);

            case InstanceStatus.Failed or InstanceStatus.Terminated:
                return await ReplaceAsync(claim, request, cancellationToken).ConfigureAwait(false);

            default:
                return new RepairAnswer.NotBroken();
        }
    }

    private async Task<RepairAnswer> ReplaceAsync(Claim broken, CommandRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_claimWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var generation = broken.Generation + 1;
        var next = broken with
        {
            DeliveryId = DeliveryIds.ForDelivery(broken.PaymentId, generation),
            Generation = generation,
            State = DeliveryState.Open,
            EndedAt = null,
        };
        await _index.UpsertAsync(DeliveryIndexRow.Starting(next, _time.GetUtcNow()), either.Token).ConfigureAwait(false);
        if (await _reopening.ReopenAsync(broken, next, either.Token).ConfigureAwait(false) is { } standing)
        {
            // It ended, or another repair was further: the row of this one goes with the next sweep.
            return standing.State != DeliveryState.Open ? new RepairAnswer.Ended(standing.State) : new RepairAnswer.NotBroken();
        }

        return await StartAsync(next, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RepairAnswer> StartAsync(Claim claim, CommandRequest request, CancellationToken cancellationToken)
    {
        if (await _starter.StartAsync(DeliveryStart.Of(claim, _policy), cancellationToken).ConfigureAwait(false) == StartResult.Broken)
        {
            throw new InvalidOperationException($"Delivery {claim.DeliveryId} broke while it was being repaired; repair it again.");
        }

        RepairLogs.Repaired(_logger, claim.PaymentId, claim.DeliveryId, request.Actor, request.Reason);
        return new RepairAnswer.Repaired(claim.DeliveryId);
    }
}
