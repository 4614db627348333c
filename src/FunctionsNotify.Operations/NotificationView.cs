using System.Text.Json.Serialization;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What happened to one payment's notification, as the API answers it.</summary>
public sealed record NotificationView
{
    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>Open, or the final state of the last delivery.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The open or last delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Which delivery of the payment that is, from 1.</summary>
    public required int Generation { get; init; }

    /// <summary>How many messages with the same content came again.</summary>
    public required int Duplicates { get; init; }

    /// <summary>The delivery with its attempts and commands; null while its start is under way, and after its history was purged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryReport? Delivery { get; init; }

    /// <summary>Puts a claim and its delivery together.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="report">The delivery, where it can be read.</param>
    public static NotificationView Of(Claim claim, DeliveryReport? report)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new NotificationView
        {
            PaymentId = claim.PaymentId,
            PaymentRequestId = claim.PaymentRequestId,
            // The claim learns the final state a moment after the delivery.
            State = report?.State ?? claim.State,
            AcceptedAt = claim.AcceptedAt,
            DeliveryId = claim.DeliveryId,
            Generation = claim.Generation,
            Duplicates = claim.Duplicates,
            Delivery = report,
        };
    }
}
