using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// What operators see of one payment.
internal sealed class Payments(Claims claims, AuditTrail audit)
{
    public const int MaxEarlier = 5;

    public async Task<PaymentView?> FindAsync(DurableTaskClient client, string paymentId, CancellationToken cancellationToken)
    {
        if (!OperatorHttp.IsPossible(paymentId) || await claims.GetAsync(paymentId, cancellationToken) is not { } claim)
        {
            return null;
        }

        // The last one and those before it, newest first; what was purged is null.
        var generations = Enumerable.Range(0, Math.Min(1 + MaxEarlier, claim.Generation)).Select(back => claim.Generation - back);
        var reports = await Task.WhenAll(generations.Select(generation => client.ReportAsync(IdOf(claim, generation), cancellationToken)));
        return PaymentView.Of(claim, reports[0], reports.Skip(1).OfType<DeliveryReport>());
    }

    public async Task<Answer> BodyAsync(string paymentId, OperatorStatement by, CancellationToken cancellationToken) =>
        OperatorHttp.IsPossible(paymentId) && await claims.GetAsync(paymentId, cancellationToken) is { } claim
            ? await audit.ChangeAsync(
                audit.New(AuditActions.ReadBody, by, paymentId, deliveryId: claim.DeliveryId),
                () => Task.FromResult(Answer.Done(new { claim.DeliveryId, Body = Encoding.UTF8.GetString(claim.Body.Span) })),
                cancellationToken)
            : Answer.NoPayment;

    // The claim names its own; those before it follow the rule of names.
    private static string IdOf(Claim claim, int generation) =>
        generation == claim.Generation ? claim.DeliveryId : DeliveryIds.ForDelivery(claim.PaymentId, generation);
}

internal sealed record PaymentView
{
    public required string PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required DeliveryState State { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndedAt { get; init; }

    public required string DeliveryId { get; init; }

    public required int Generation { get; init; }

    public required int Duplicates { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    public ImmutableArray<ChangeView> History { get; init; } = [];

    public ImmutableArray<DeliveryReport> EarlierDeliveries { get; init; } = [];

    // The delivery with its attempts and commands; null while its start is under way, and after its history was purged.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryReport? Delivery { get; init; }

    // The delivery's own word where there is one, so that the state and the attempts below it agree: an answer's end is in the
    // claim a moment before, an end without an answer a moment after. Of an orchestration that died after its end the claim's.
    public static PaymentView Of(Claim claim, DeliveryReport? report, IEnumerable<DeliveryReport> earlier)
    {
        if (claim.State != DeliveryState.Open && report is { State: DeliveryState.Open, NextAttempt: null })
        {
            report = report with
            {
                State = claim.State,
                Phase = DeliveryPhase.Final,
                EndedAt = claim.EndedAt,
                OperatorAction = "The orchestration broke after it had recorded this end: perhaps its outcome was not told, so tell the payment's backend.",
            };
        }

        return new PaymentView
        {
            PaymentId = claim.PaymentId,
            PaymentRequestId = claim.PaymentRequestId,
            State = report?.State ?? claim.State,
            AcceptedAt = claim.AcceptedAt,
            EndedAt = report is { State: not DeliveryState.Open } ? report.EndedAt : claim.EndedAt,
            DeliveryId = claim.DeliveryId,
            Generation = claim.Generation,
            Duplicates = claim.Duplicates,
            OperatorAction = report?.OperatorAction,
            History = [.. claim.History.Select(change => new ChangeView(change.Kind, change.DeliveryId, change.Generation, change.At, change.Actor, change.Reason))],
            EarlierDeliveries = [.. earlier],
            Delivery = report,
        };
    }
}

// A change of the claim without what only its writer needs.
internal sealed record ChangeView(
    ClaimChangeKind Kind,
    string DeliveryId,
    int Generation,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Actor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
