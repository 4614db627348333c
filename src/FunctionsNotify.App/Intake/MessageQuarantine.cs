using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Keeps a message that cannot become a delivery, and tells the payment backends; in this order, so that an outcome
// always has its record.
internal sealed class MessageQuarantine
{
    private readonly IQuarantineStore _store;
    private readonly IOutcomePublisher _outcomes;
    private readonly TimeProvider _time;
    private readonly ILogger<MessageQuarantine> _logger;

    public MessageQuarantine(IQuarantineStore store, IOutcomePublisher outcomes, TimeProvider time, ILogger<MessageQuarantine> logger)
    {
        _store = store;
        _outcomes = outcomes;
        _time = time;
        _logger = logger;
    }

    public async Task KeepAsync(
        QueueMessageData message, MessageState state, string? paymentId, IReadOnlyList<Violation> reasons, DateTimeOffset? claimedAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var record = new QuarantineRecord
        {
            State = state,
            MessageId = message.MessageId,
            InsertedAt = message.InsertedAt,
            FromPoisonQueue = message.FromPoisonQueue,
            ClaimedAt = claimedAt,
            QuarantinedAt = _time.GetUtcNow(),
            PaymentId = paymentId,
            Reasons = [.. reasons],
            Content = message.Content,
        };
        await _store.AddAsync(record, cancellationToken).ConfigureAwait(false);
        await _outcomes.PublishAsync(
            new MessageOutcome
            {
                PaymentId = paymentId,
                State = state,
                MessageId = message.MessageId,
                InsertedAt = message.InsertedAt,
                Reasons = record.Reasons,
                QuarantineId = record.QuarantineId,
            },
            cancellationToken).ConfigureAwait(false);
        IntakeLogs.Quarantined(_logger, state, paymentId, message.MessageId, record.QuarantineId, string.Join("; ", reasons));
    }
}
