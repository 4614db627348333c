using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed record CommandRequest(OperatorStatement By, CommandKind Kind) : ChangeRequest(By)
{
    public int? ExpectedAttempt { get; init; }

    public IReadOnlySet<string>? OnlyDeliveries { get; init; }

    public static CommandRequest Of(ChangeRequest request, CommandKind kind) =>
        new(request.By, kind) { IdempotencyKey = request.IdempotencyKey, IsDryRun = request.IsDryRun, IsOneOfMany = request.IsOneOfMany };
}

// The attempt is the one that a send-now makes: its result stands under the delivery's attempts.
internal sealed record CommandAccepted(
    string CommandId, string DeliveryId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attempt);

// What operators tell an open delivery. The delivery decides on it; its verdict stands on its record.
internal sealed class Commands(Claims claims, AuditTrail audit)
{
    // With the same key the command has the same id: the delivery takes it once.
    public async Task<Answer> RunAsync(DurableTaskClient client, string paymentId, CommandRequest request, CancellationToken cancellationToken)
    {
        if (!OperatorHttp.IsPossible(paymentId) || await claims.GetAsync(paymentId, cancellationToken) is not { } claim)
        {
            return Answer.NoPayment;
        }

        if (request.OnlyDeliveries?.Contains(claim.DeliveryId) == false)
        {
            return new Answer(AnswerKind.Superseded, $"The payment has a later delivery: {claim.State}.");
        }

        var view = PaymentView.Of(claim, await client.ReportAsync(claim.DeliveryId, cancellationToken), []);
        var attempt = request.Kind == CommandKind.Cancel ? null : request.ExpectedAttempt ?? view.Delivery?.NextAttempt;
        var accepted = new CommandAccepted(request.IdFor(claim.DeliveryId, request.Kind.ToString()), claim.DeliveryId, attempt);
        if (view.Delivery?.Commands.Any(made => made.Id == accepted.CommandId) == true)
        {
            return new Answer(AnswerKind.Repeated, string.Empty, accepted with { Attempt = null });
        }

        var entry = audit.New(request.Kind == CommandKind.Cancel ? AuditActions.Cancel : AuditActions.SendNow, request.By, paymentId, deliveryId: claim.DeliveryId);
        if (Refusal(view) is { } refusal)
        {
            return request.IsDryRun || request.IsOneOfMany ? refusal : await audit.RefuseAsync(entry, refusal, cancellationToken);
        }

        if (request.IsDryRun)
        {
            return new Answer(AnswerKind.Possible, string.Empty, accepted);
        }

        var command = new DeliveryCommand
        {
            Id = accepted.CommandId,
            Kind = request.Kind,
            ExpectedAttempt = attempt,
            Actor = request.By.Actor,
            Reason = request.By.Reason,
        };
        return await audit.ChangeAsync(entry, async () =>
        {
            await client.SendCommandAsync(claim.DeliveryId, command, cancellationToken);
            return Answer.Done(accepted);
        }, cancellationToken);
    }

    private static Answer? Refusal(PaymentView view) => view switch
    {
        { State: not DeliveryState.Open } => new Answer(AnswerKind.Ended, $"The delivery has ended: {view.State}."),
        { Delivery: null } => new Answer(AnswerKind.NotStarted, "The delivery is being started; try again in a moment."),
        { Delivery.NextAttempt: null } => new Answer(AnswerKind.Broken, view.OperatorAction ?? "The delivery is open, but nothing is working on it: repair it."),
        _ => null,
    };
}
