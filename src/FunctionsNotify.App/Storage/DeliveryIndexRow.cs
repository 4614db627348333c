using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record DeliveryIndexRow
{
    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    public string? PaymentRequestId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryState State { get; init; }

    public required int AttemptCount { get; init; }

    public DateTimeOffset? NextDueAt { get; init; }

    public AttemptKind? LastKind { get; init; }

    public string? LastResultCode { get; init; }

    public required long Sequence { get; init; }

    // Set on the row of a redelivery, correction or repair that was prepared and is not known to have started: since
    // when, UTC. The delivery's own first row has none.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartingSince { get; init; }

    public static DeliveryIndexRow Starting(Claim claim, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new DeliveryIndexRow
        {
            DeliveryId = claim.DeliveryId,
            PaymentId = claim.PaymentId,
            PaymentRequestId = claim.PaymentRequestId,
            AcceptedAt = claim.AcceptedAt,
            State = DeliveryState.Open,
            AttemptCount = 0,
            NextDueAt = now,
            Sequence = 0,
            StartingSince = now,
        };
    }

    // True when the delivery, final, has its place in the index: it did not succeed at its first attempt, or has a row
    // already, which says that it waits (postponed before) or is starting (not its payment's first).
    public static bool IsNeededFor(Delivery delivery) =>
        delivery is not { State: DeliveryState.Delivered, Attempts.Count: 1, Postponements: 0, Supersedes: null };

    public static DeliveryIndexRow Of(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return new DeliveryIndexRow
        {
            DeliveryId = delivery.DeliveryId,
            PaymentId = delivery.PaymentId,
            PaymentRequestId = delivery.PaymentRequestId,
            AcceptedAt = delivery.AcceptedAt,
            State = delivery.State,
            AttemptCount = delivery.Attempts.Count,
            NextDueAt = delivery.Phase == DeliveryPhase.Final ? null : delivery.DueAt,
            LastKind = delivery.LastResult?.Kind,
            LastResultCode = delivery.LastResult?.ResultCode,
            Sequence = delivery.Sequence,
        };
    }
}
