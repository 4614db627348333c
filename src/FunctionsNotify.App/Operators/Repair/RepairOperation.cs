using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Gives the claim of a broken delivery a new delivery and starts it with the claimed body. A crash after any step is
// made good by the same call again, or by the host: IReopening.
internal sealed class RepairOperation : IRepair
{
    private readonly IClaimStore _claims;
    private readonly IReopening _reopening;
    private readonly AuditTrail _audit;
    private readonly ILogger<RepairOperation> _logger;

    public RepairOperation(IClaimStore claims, IReopening reopening, AuditTrail audit, ILogger<RepairOperation> logger)
    {
        _claims = claims;
        _reopening = reopening;
        _audit = audit;
        _logger = logger;
    }

    public async Task<RepairAnswer> RepairAsync(string paymentId, CommandRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await _claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return new RepairAnswer.Unknown();
        }

        var entry = _audit.New(AuditActions.Repair, new OperatorStatement(request.Actor, request.Reason), paymentId, deliveryId: claim.DeliveryId);
        if (claim.State != DeliveryState.Open)
        {
            return await RefuseAsync(new RepairAnswer.Ended(claim.State), entry, $"the delivery has ended: {claim.State}", cancellationToken).ConfigureAwait(false);
        }

        return await _reopening.LookAsync(claim, cancellationToken).ConfigureAwait(false) switch
        {
            // Claimed and not started, by a crash in between or because its history is gone.
            DeliveryStand.NotStarted => await StartAsync(claim, entry, cancellationToken).ConfigureAwait(false),
            DeliveryStand.Broken => await ReplaceAsync(claim, entry, cancellationToken).ConfigureAwait(false),
            _ => await RefuseAsync(new RepairAnswer.NotBroken(), entry, "the delivery is not broken", cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<RepairAnswer> RefuseAsync(RepairAnswer answer, AuditEntry entry, string why, CancellationToken cancellationToken)
    {
        await _audit.WriteAsync(entry with { Outcome = AuditEntry.Refused(why) }, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private async Task<RepairAnswer> ReplaceAsync(Claim broken, AuditEntry entry, CancellationToken cancellationToken)
    {
        var next = RedeliveryRules.Reopened(broken, ClaimChangeKind.Repair, new OperatorStatement(entry.Actor, entry.Reason), entry.Id, entry.At);
        if (await _reopening.ReopenAsync(broken, next, entry with { DeliveryId = next.DeliveryId }, cancellationToken).ConfigureAwait(false) is { } standing)
        {
            // It ended, or another repair was further.
            return standing.State != DeliveryState.Open ? new RepairAnswer.Ended(standing.State) : new RepairAnswer.NotBroken();
        }

        return Repaired(next, entry);
    }

    private async Task<RepairAnswer> StartAsync(Claim claim, AuditEntry entry, CancellationToken cancellationToken)
    {
        await _audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        await _reopening.StartAsync(claim, cancellationToken).ConfigureAwait(false);
        await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);
        return Repaired(claim, entry);
    }

    private RepairAnswer.Repaired Repaired(Claim claim, AuditEntry entry)
    {
        RepairLogs.Repaired(_logger, claim.PaymentId, claim.DeliveryId, entry.Actor, entry.Reason);
        return new RepairAnswer.Repaired(claim.DeliveryId);
    }
}
