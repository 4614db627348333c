using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>One delivery in the index.</summary>
public sealed record DeliveryIndexRow
{
    /// <summary>The delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment.</summary>
    public string? PaymentRequestId { get; init; }

    /// <summary>When intake accepted the notification, UTC; with the delivery the row's key.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Open, or the final state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>How many attempts were made.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>When the next attempt is due, UTC; null when final.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>What the last attempt came to.</summary>
    public AttemptKind? LastKind { get; init; }

    /// <summary>The last answer's result code.</summary>
    public string? LastResultCode { get; init; }

    /// <summary>The sequence number of the delivery's state.</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// Set on the row of a redelivery, correction or repair that was prepared and is not known to have started: since when,
    /// UTC. The delivery's own first row has none. <c>[decided]</c>
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartingSince { get; init; }

    /// <summary>The row that stands before a delivery which is not a payment's first one is started.</summary>
    /// <param name="claim">The claim as it will stand.</param>
    /// <param name="now">The host's time, UTC.</param>
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

    /// <summary>
    /// True when the delivery, final, has its place in the index: it did not succeed at its first attempt, or has a row
    /// already, which says that it waits (postponed before) or is starting (not its payment's first). <c>[decided]</c>
    /// </summary>
    /// <param name="delivery">The delivery.</param>
    public static bool IsNeededFor(Delivery delivery) =>
        delivery is not { State: DeliveryState.Delivered, Attempts.Count: 1, Postponements: 0, Supersedes: null };

    /// <summary>The row of a delivery as it stands.</summary>
    /// <param name="delivery">The delivery.</param>
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
