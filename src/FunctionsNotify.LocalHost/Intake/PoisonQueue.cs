using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsNotify.LocalHost;

/// <summary>Where messages go that could not be taken in, as the Functions host names it; made when the first one comes.</summary>
internal sealed class PoisonQueue(QueueClient queue)
{
    // The service's value for "never".
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    /// <summary>The name of a queue's poison queue.</summary>
    public static string NameOf(string queue) => queue + "-poison";

    public string Name => queue.Name;

    /// <summary>Copies, then deletes: a fault between the two leaves the message twice, never nowhere.</summary>
    public async Task MoveAsync(QueueClient from, QueueMessage message)
    {
        await queue.CreateIfNotExistsAsync().ConfigureAwait(false);
        await queue.SendMessageAsync(message.Body, visibilityTimeout: null, NeverExpires).ConfigureAwait(false);
        await from.DeleteMessageAsync(message.MessageId, message.PopReceipt).ConfigureAwait(false);
    }
}
