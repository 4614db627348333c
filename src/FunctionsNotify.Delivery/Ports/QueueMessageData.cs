namespace FunctionsNotify.Deliveries;

/// <summary>A message as it came from the notifications queue.</summary>
/// <param name="MessageId">The queue's id of the message.</param>
/// <param name="InsertedAt">When it was put on the queue, UTC.</param>
/// <param name="DequeueCount">How often it was handed out, from 1.</param>
/// <param name="Content">The message's bytes, exactly as the queue holds them.</param>
public sealed record QueueMessageData(string MessageId, DateTimeOffset InsertedAt, long DequeueCount, ReadOnlyMemory<byte> Content)
{
    /// <summary>True when it came from the poison queue: id, time and count are those of the copy there.</summary>
    public bool FromPoisonQueue { get; init; }

    /// <summary>When the producer put it on the queue, UTC; null where that is not known: a copy of the poison queue has the copy's time.</summary>
    public DateTimeOffset? EnqueuedAt => FromPoisonQueue || InsertedAt == DateTimeOffset.UnixEpoch ? null : InsertedAt;
}
