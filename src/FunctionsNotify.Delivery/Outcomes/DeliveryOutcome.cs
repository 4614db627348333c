using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

internal sealed record DeliveryOutcome : Outcome
{
    public override string OutcomeId => DeliveryId;

    public required DeliveryState State { get; init; }

    public required DeliveryCause Cause { get; init; }

    public required string DeliveryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    public required int AttemptCount { get; init; }

    public int AttemptsOmitted { get; init; }

    public required ImmutableArray<DeliveryAttempt> Attempts { get; init; }

    public static DeliveryOutcome Of(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (delivery.Phase != DeliveryPhase.Final || delivery.Cause is not { } cause)
        {
            throw new InvalidOperationException($"Delivery {delivery.DeliveryId} is {delivery.Phase}: it has no outcome yet.");
        }

        return new DeliveryOutcome
        {
            PaymentId = delivery.PaymentId,
            TraceParent = delivery.TraceParent,
            TraceState = delivery.TraceState,
            PaymentRequestId = delivery.PaymentRequestId,
            DeliveryId = delivery.DeliveryId,
            Supersedes = delivery.Supersedes,
            State = delivery.State,
            Cause = cause,
            AcceptedAt = delivery.AcceptedAt,
            EndedAt = delivery.DueAt,
            ResultCode = delivery.LastResult?.ResultCode,
            OperatorAction = OperatorGuide.ActionFor(delivery),
            AttemptCount = delivery.Attempts.Count,
            Attempts = [.. delivery.Attempts],
        };
    }
}
