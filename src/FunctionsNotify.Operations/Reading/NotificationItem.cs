using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>One delivery of a list, as the API answers it.</summary>
public sealed record NotificationItem
{
    /// <summary>The delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Open, or the final state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>How many attempts were made.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>When the next attempt is due, UTC; null when final.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>What the last attempt came to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttemptKind? LastKind { get; init; }

    /// <summary>The last answer's result code.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastResultCode { get; init; }

    /// <summary>Of a delivery that was prepared and is not known to have started: since when, UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartingSince { get; init; }

    /// <summary>The item of an index row.</summary>
    /// <param name="row">The row.</param>
    public static NotificationItem Of(DeliveryIndexRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new NotificationItem
        {
            DeliveryId = row.DeliveryId,
            PaymentId = row.PaymentId,
            PaymentRequestId = row.PaymentRequestId,
            AcceptedAt = row.AcceptedAt,
            State = row.State,
            AttemptCount = row.AttemptCount,
            NextDueAt = row.NextDueAt,
            LastKind = row.LastKind,
            LastResultCode = row.LastResultCode,
            StartingSince = row.StartingSince,
        };
    }
}
