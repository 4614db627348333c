using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Deliveries;

/// <summary>Keeps a message that cannot become a delivery, and tells the payment backends; in this order, so that an outcome always has its record.</summary>
public sealed class MessageQuarantine
{
    private readonly IQuarantineStore _store;
    private readonly IOutcomePublisher _outcomes;
    private readonly TimeProvider _time;
    private readonly ILogger<MessageQuarantine> _logger;

    /// <summary>Makes the quarantine over a host's ports.</summary>
    /// <param name="store">Keeps the records.</param>
    /// <param name="outcomes">Tells the payment backends.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public MessageQuarantine(IQuarantineStore store, IOutcomePublisher outcomes, TimeProvider time, ILogger<MessageQuarantine> logger)
    {
        _store = store;
        _outcomes = outcomes;
        _time = time;
        _logger = logger;
    }

    /// <summary>Writes the record, then publishes its outcome. Each step may be repeated.</summary>
    /// <param name="message">The message.</param>
    /// <param name="state">Invalid or Conflict.</param>
    /// <param name="paymentId">The payment, where it could be read.</param>
    /// <param name="reasons">Every reason.</param>
    /// <param name="claimedAt">For a conflict: when the content that stands was accepted, UTC.</param>
    /// <param name="cancellationToken">Stops the call; the message comes again.</param>
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
        Logs.Quarantined(_logger, state, paymentId, message.MessageId, record.QuarantineId, string.Join("; ", reasons));
    }
}
