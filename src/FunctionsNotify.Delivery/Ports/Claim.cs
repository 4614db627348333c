using System.Collections.Immutable;

namespace FunctionsNotify.Deliveries;

/// <summary>The one row per payment that decides which body is delivered, and by which delivery. <c>[decided]</c></summary>
public sealed record Claim
{
    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment, where the notification names it.</summary>
    public string? PaymentRequestId { get; init; }

    /// <summary>The open or last delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Which delivery of the payment that is, from 1.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>The exact bytes that are delivered.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The canonical hash of every body that was ever accepted for the payment.</summary>
    public required ImmutableArray<string> BodyHashes { get; init; }

    /// <summary>The queue message that made the claim.</summary>
    public required string FirstMessageId { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>
    /// Of a candidate: when its message was put on the queue, UTC, where that is known. Like the trace it goes to the
    /// delivery that the candidate starts and is not kept with the claim.
    /// </summary>
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>Of a candidate: the W3C trace context that its delivery belongs to.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Of a candidate: the W3C trace state that goes with it.</summary>
    public string? TraceState { get; init; }

    /// <summary>Open, or the delivery's final state.</summary>
    public DeliveryState State { get; init; } = DeliveryState.Open;

    /// <summary>When the delivery ended, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many messages with a known body came again.</summary>
    public int Duplicates { get; init; }

    /// <summary>How the payment came to its later deliveries, oldest first; at most <see cref="ClaimHistory.MaxChanges"/>.</summary>
    public ImmutableArray<ClaimChange> History { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How many changes there were before those of <see cref="History"/>.</summary>
    public int EarlierChanges => Math.Max(0, Generation - 1 - History.Length);
}
