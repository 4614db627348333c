using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Keeps a message that cannot become a delivery, and tells the payment backends; in this order, so that an outcome always
// has its record. Each step may be repeated.
internal sealed class MessageQuarantine(QuarantineStore quarantine, Queues queues, TimeProvider time, ILogger<MessageQuarantine> logger)
{
    public async Task<bool> IsKeptAsync(QueueMessageData message, CancellationToken cancellationToken) =>
        await quarantine.GetAsync(QuarantineRecord.IdOf(message.MessageId, message.InsertedAt), cancellationToken).ConfigureAwait(false) is not null;

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
        record = await quarantine.AddAsync(record, cancellationToken).ConfigureAwait(false);
        await queues.PublishAsync(
            new MessageOutcome
            {
                PaymentId = record.PaymentId,
                State = record.State,
                MessageId = message.MessageId,
                InsertedAt = message.InsertedAt,
                Reasons = record.Reasons,
                QuarantineId = record.QuarantineId,
            },
            cancellationToken).ConfigureAwait(false);
        Logs.Quarantined(logger, record.State, record.PaymentId, message.MessageId, record.QuarantineId, string.Join("; ", record.Reasons));
    }
}
