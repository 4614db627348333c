using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Keeps a message that cannot become a delivery, and tells the payment backends; in this order, so that an outcome always
// has its record. Each step may be repeated.
internal sealed class MessageQuarantine(QuarantineStore quarantine, Queues queues, TimeProvider time, ILogger<MessageQuarantine> logger)
{
    // What an earlier try kept is told of, which may have failed then; null where none did.
    public async Task<QuarantineRecord?> FinishAsync(QueueMessageData message, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await quarantine.FindAsync(QuarantineRecord.IdOf(message.MessageId, message.InsertedAt), cancellationToken).ConfigureAwait(false);
            if (kept is not null)
            {
                await TellAsync(kept, cancellationToken).ConfigureAwait(false);
            }

            return kept;
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Without a container nothing is kept, and payments go on.
            return null;
        }
    }

    public async Task KeepAsync(
        QueueMessageData message, MessageState state, string? paymentId, IReadOnlyList<Violation> reasons, DateTimeOffset? claimedAt, CancellationToken cancellationToken)
    {
        var record = new QuarantineRecord
        {
            State = state,
            MessageId = message.MessageId,
            InsertedAt = message.InsertedAt,
            FromPoisonQueue = message.FromPoisonQueue,
            ClaimedAt = claimedAt,
            QuarantinedAt = time.GetUtcNow(),
            PaymentId = paymentId,
            Reasons = [.. reasons],
            Content = message.Content,
        };
        // An earlier try may have kept it for another reason: the outcome says what the record says.
        await TellAsync(await quarantine.AddAsync(record, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task TellAsync(QuarantineRecord record, CancellationToken cancellationToken)
    {
        await queues.PublishAsync(
            new MessageOutcome
            {
                PaymentId = record.PaymentId,
                State = record.State,
                MessageId = record.MessageId,
                InsertedAt = record.InsertedAt,
                Reasons = record.Reasons,
                QuarantineId = record.QuarantineId,
            },
            cancellationToken).ConfigureAwait(false);
        Logs.Quarantined(logger, record.State, record.PaymentId, record.MessageId, record.QuarantineId, string.Join("; ", record.Reasons));
    }
}
