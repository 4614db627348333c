using Azure.Storage.Queues;

namespace FunctionsNotify.Client;

/// <summary>How <see cref="PaymentNotificationQueue"/> sends.</summary>
public sealed record PaymentNotificationQueueOptions
{
    /// <summary>
    /// The <see cref="QueueClientOptions.MessageEncoding"/> that the given queue client was made with (a client does not
    /// tell). The reader takes both. <see cref="QueueMessageEncoding.None"/>, the default of both, is right: the message
    /// stays readable and may hold 64 KB; in base64 it may hold 48 KB.
    /// </summary>
    public QueueMessageEncoding ClientEncoding { get; init; } = QueueMessageEncoding.None;

    /// <summary>
    /// Creates the queue when a message finds it missing. Off by default: the receiving app creates its queue, and a
    /// wrong name or account should fail here instead of filling a queue that nobody reads.
    /// </summary>
    public bool CreateIfMissing { get; init; }
}
