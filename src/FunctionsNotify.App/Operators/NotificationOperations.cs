namespace FunctionsNotify.App;

internal sealed class NotificationOperations
{
    public const int MaxEarlier = 5;

    private readonly IClaimStore _claims;
    private readonly IDeliveryReader _deliveries;
    private readonly ICommandSender _commands;
    private readonly AuditTrail _audit;

    public NotificationOperations(IClaimStore claims, IDeliveryReader deliveries, ICommandSender commands, AuditTrail audit)
    {
        _claims = claims;
        _deliveries = deliveries;
        _commands = commands;
        _audit = audit;
    }

    public async Task<NotificationView?> FindAsync(string paymentId, CancellationToken cancellationToken)
    {
        if (await _claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return null;
        }

        // The last one and those before it, newest first; what was purged is null.
        var generations = Enumerable.Range(0, Math.Min(1 + MaxEarlier, claim.Generation)).Select(back => claim.Generation - back);
        var reports = await Task.WhenAll(generations.Select(generation => _deliveries.GetAsync(IdOf(claim, generation), cancellationToken))).ConfigureAwait(false);
        return NotificationView.Of(claim, reports[0], reports.Skip(1).OfType<DeliveryReport>());
    }

    public async Task<CommandAnswer> CommandAsync(string paymentId, CommandKind kind, CommandRequest request, string commandId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await _claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return new CommandAnswer.Unknown();
        }

        var view = NotificationView.Of(claim, await _deliveries.GetAsync(claim.DeliveryId, cancellationToken).ConfigureAwait(false));

        if (view.State != DeliveryState.Open)
        {
            return new CommandAnswer.Ended(view.State);
        }

        if (view.Delivery is not { } delivery)
        {
            return new CommandAnswer.NotStarted();
        }

        if (delivery.NextAttempt is null)
        {
            return new CommandAnswer.Broken(delivery.OperatorAction ?? "The delivery is open, but nothing works on it: repair it.");
        }

        var command = new DeliveryCommand
        {
            Id = commandId,
            Kind = kind,
            ExpectedAttempt = kind == CommandKind.Cancel ? null : request.ExpectedAttempt ?? delivery.NextAttempt,
            Actor = request.Actor,
            Reason = request.Reason,
        };
        var entry = _audit.New(
            kind == CommandKind.Cancel ? AuditActions.Cancel : AuditActions.SendNow, new OperatorStatement(request.Actor, request.Reason), paymentId, deliveryId: delivery.DeliveryId);
        await _audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        await _commands.SendAsync(delivery.DeliveryId, command, cancellationToken).ConfigureAwait(false);
        await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);
        return new CommandAnswer.Accepted(commandId, delivery.DeliveryId);
    }

    // The claim names its own; those before it follow the rule of names.
    private static string IdOf(Claim claim, int generation) =>
        generation == claim.Generation ? claim.DeliveryId : DeliveryIds.ForDelivery(claim.PaymentId, generation);
}
