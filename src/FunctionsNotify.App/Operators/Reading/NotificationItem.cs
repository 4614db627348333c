using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record NotificationItem
{
    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryState State { get; init; }

    public required int AttemptCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextDueAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttemptKind? LastKind { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastResultCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartingSince { get; init; }

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
