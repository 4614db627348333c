namespace FunctionsNotify.App;

internal sealed record QueueMessageData(string MessageId, DateTimeOffset InsertedAt, long DequeueCount, ReadOnlyMemory<byte> Content)
{
    public bool FromPoisonQueue { get; init; }

    // When the producer put it on the queue, UTC; null where that is not known: a copy of the poison queue has the
    // copy's time.
    public DateTimeOffset? EnqueuedAt => FromPoisonQueue || InsertedAt == DateTimeOffset.UnixEpoch ? null : InsertedAt;
}
