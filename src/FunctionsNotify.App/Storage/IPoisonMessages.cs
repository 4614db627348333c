namespace FunctionsNotify.App;

// The queue where a host puts messages that could not be taken in. It may not exist: then it is empty.
internal interface IPoisonMessages
{
    Task<IReadOnlyList<PoisonMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancellationToken);

    Task DeleteAsync(PoisonMessage message, CancellationToken cancellationToken);

    Task PutBackAsync(PoisonMessage message, TimeSpan pause, CancellationToken cancellationToken);

    // Replaces a message that expires by a copy that never does: first the copy, so that a fault leaves it twice, never
    // nowhere.
    Task MakeLastingAsync(PoisonMessage message, CancellationToken cancellationToken);
}

internal sealed record PoisonMessage(QueueMessageData Data, string Receipt, bool Expires);
