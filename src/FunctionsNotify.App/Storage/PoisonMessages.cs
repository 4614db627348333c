using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsNotify.App;

// The Functions host's poison queue of the notifications queue. The host makes it when the first message goes there.
internal sealed class PoisonMessages : IPoisonMessages
{
    private const int YearOfNever = 9999;

    // The service's value for "never".
    private static readonly TimeSpan _neverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue;

    public PoisonMessages(QueueClient queue) => _queue = queue;

    public static string NameOf(string queue) => queue + AzureNames.PoisonSuffix;

    public async Task<IReadOnlyList<PoisonMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancellationToken)
    {
        try
        {
            QueueMessage[] messages = await _queue.ReceiveMessagesAsync(max, lease, cancellationToken).ConfigureAwait(false);
            return [.. messages.Select(Read)];
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
    }

    public Task DeleteAsync(PoisonMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _queue.DeleteMessageAsync(message.Data.MessageId, message.Receipt, cancellationToken);
    }

    public Task PutBackAsync(PoisonMessage message, TimeSpan pause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _queue.UpdateMessageAsync(message.Data.MessageId, message.Receipt, (string?)null, pause, cancellationToken);
    }

    public async Task MakeLastingAsync(PoisonMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        await _queue.SendMessageAsync(BinaryData.FromBytes(message.Data.Content), visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    // The service always sets the insertion time; a stand-in must not be the clock, because the quarantine finds a message
    // that came again by it.
    private static PoisonMessage Read(QueueMessage message) => new(
        new QueueMessageData(message.MessageId, (message.InsertedOn ?? DateTimeOffset.UnixEpoch).ToUniversalTime(), message.DequeueCount, message.Body.ToMemory())
        {
            FromPoisonQueue = true,
        },
        message.PopReceipt,
        message.ExpiresOn is { } at && at.Year < YearOfNever);
}
