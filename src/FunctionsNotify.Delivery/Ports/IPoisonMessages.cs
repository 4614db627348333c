namespace FunctionsNotify.Deliveries;

/// <summary>The queue where a host puts messages that could not be taken in. It may not exist: then it is empty.</summary>
public interface IPoisonMessages
{
    /// <summary>Hands messages out; each is invisible to others for the lease.</summary>
    /// <param name="max">The most messages, 1–32.</param>
    /// <param name="lease">How long they are invisible.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<IReadOnlyList<PoisonMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Deletes a message that was handed out.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task DeleteAsync(PoisonMessage message, CancellationToken cancellationToken);

    /// <summary>Lets a message that was handed out be handed out again after a pause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="pause">The pause.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task PutBackAsync(PoisonMessage message, TimeSpan pause, CancellationToken cancellationToken);

    /// <summary>Replaces a message that expires by a copy that never does: first the copy, so that a fault leaves it twice, never nowhere.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task MakeLastingAsync(PoisonMessage message, CancellationToken cancellationToken);
}

/// <summary>A message that the poison queue handed out.</summary>
/// <param name="Data">The message.</param>
/// <param name="Receipt">What the queue wants to know to delete it.</param>
/// <param name="Expires">True when the queue deletes it after a time, whatever became of it: the Functions host's copies do after 7 days.</param>
public sealed record PoisonMessage(QueueMessageData Data, string Receipt, bool Expires);
