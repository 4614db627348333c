namespace FunctionsNotify.Deliveries;

/// <summary>Puts messages on the notifications queue.</summary>
public interface INotificationSender
{
    /// <summary>True when a message of these bytes fits the queue, encoding included.</summary>
    /// <param name="content">The message's bytes.</param>
    bool Fits(ReadOnlyMemory<byte> content);

    /// <summary>Sends a message that never expires and arrives with these bytes, or with their base64.</summary>
    /// <param name="content">The message's bytes.</param>
    /// <param name="cancellationToken">Stops the call; whether it was sent is then not known.</param>
    /// <returns>The message's id.</returns>
    Task<string> SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
