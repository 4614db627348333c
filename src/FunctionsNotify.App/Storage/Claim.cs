using System.Collections.Immutable;

namespace FunctionsNotify.App;

// The one row per payment that decides which body is delivered, and by which delivery.
internal sealed record Claim
{
    public required string PaymentId { get; init; }

    public string? PaymentRequestId { get; init; }

    public required string DeliveryId { get; init; }

    public int Generation { get; init; } = 1;

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required ImmutableArray<string> BodyHashes { get; init; }

    public required string FirstMessageId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    // Of a candidate: when its message was put on the queue, UTC, where that is known. Like the trace it goes to the
    // delivery that the candidate starts and is not kept with the claim.
    public DateTimeOffset? EnqueuedAt { get; init; }

    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    public DeliveryState State { get; init; } = DeliveryState.Open;

    public DateTimeOffset? EndedAt { get; init; }

    public int Duplicates { get; init; }

    public ImmutableArray<ClaimChange> History { get; init => field = value.IsDefault ? [] : value; } = [];

    public int EarlierChanges => Math.Max(0, Generation - 1 - History.Length);
}
