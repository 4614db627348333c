using System.Collections.Immutable;
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

    /// <summary>When the last delivery ended, UTC; null while it is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The open or last delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Which delivery of the payment that is, from 1.</summary>
    public required int Generation { get; init; }

    /// <summary>How many messages with the same content came again.</summary>
    public required int Duplicates { get; init; }

    /// <summary>What an operator does now, one sentence; null when nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    /// <summary>Redeliveries, corrections and repairs, oldest first; of very many the last.</summary>
    public ImmutableArray<ClaimChangeView> History { get; init; } = [];

    /// <summary>The last earlier deliveries that are still known, newest first.</summary>
    public ImmutableArray<DeliveryReport> EarlierDeliveries { get; init; } = [];

    /// <summary>The delivery with its attempts and commands; null while its start is under way, and after its history was purged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryReport? Delivery { get; init; }

    /// <summary>Puts a claim and its delivery together.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="report">The delivery, where it can be read.</param>
    /// <param name="earlier">Earlier deliveries, newest first.</param>
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
