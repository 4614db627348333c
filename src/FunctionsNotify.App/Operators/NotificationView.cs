using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record NotificationView
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

    public ImmutableArray<ClaimChangeView> History { get; init; } = [];

    public ImmutableArray<DeliveryReport> EarlierDeliveries { get; init; } = [];

    // The delivery with its attempts and commands; null while its start is under way, and after its history was purged.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryReport? Delivery { get; init; }

    public static NotificationView Of(Claim claim, DeliveryReport? report, IEnumerable<DeliveryReport>? earlier = null)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new NotificationView
        {
            PaymentId = claim.PaymentId,
            PaymentRequestId = claim.PaymentRequestId,
            // The claim learns the final state a moment after the delivery.
            State = report?.State ?? claim.State,
            AcceptedAt = claim.AcceptedAt,
            EndedAt = report is { State: not DeliveryState.Open } ? report.EndedAt : claim.EndedAt,
            DeliveryId = claim.DeliveryId,
            Generation = claim.Generation,
            Duplicates = claim.Duplicates,
            OperatorAction = report?.OperatorAction,
            History = [.. claim.History.Select(ClaimChangeView.Of)],
            EarlierDeliveries = [.. earlier ?? []],
            Delivery = report,
        };
    }
}
