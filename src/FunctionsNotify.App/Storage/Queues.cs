using System.Buffers;
using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

// The three queues: notifications in, outcomes out, and the host's poison queue of the notifications, which it makes when
// the first message goes there. What we write never expires; a lost answer writes it twice, and readers de-duplicate.
internal sealed class Queues(QueueClient notifications, QueueClient outcomes, QueueClient poison, OutcomeEncoding outcomeEncoding, Metrics metrics, TimeProvider time)
{
    private const int YearOfNever = 9999;

    // The service's value for "never"; its default is 7 days, after which a message would be lost in silence.
    private static readonly TimeSpan _neverExpires = TimeSpan.FromSeconds(-1);

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What XML, the queue's protocol, cannot hold or would alter.
    private static readonly SearchValues<char> _altered = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(code => (char)code).Except(['\t', '\n']), '\uFFFE', '\uFFFF']);

    public QueueClient Notifications => notifications;

    public QueueClient Outcomes => outcomes;

    public async Task PublishAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        using var span = Tracing.StartOutcome(outcome);
        try
        {
            var bytes = OutcomeWriter.Write(outcome);
            var text = outcomeEncoding == OutcomeEncoding.Base64 ? Convert.ToBase64String(bytes) : Encoding.UTF8.GetString(bytes);
            await outcomes.SendMessageAsync(text, visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            span.Fail(TelemetryNames.Results.Failed);
            throw;
        }

        metrics.Published(outcome);
    }

    public static bool FitsNotification(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetByteCount(Text(content)) <= NotificationEnvelope.MaxMessageBytes;

    // Puts a message on the notifications queue and returns its id.
    public async Task<string> SendNotificationAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        (await notifications.SendMessageAsync(Text(content), visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false)).Value.MessageId;

    public async Task<IReadOnlyList<PoisonMessage>> ReceivePoisonAsync(int max, TimeSpan lease, CancellationToken cancellationToken)
    {
        try
        {
            QueueMessage[] messages = await poison.ReceiveMessagesAsync(max, lease, cancellationToken).ConfigureAwait(false);
            return [.. messages.Select(Read)];
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
    }

    public Task DeletePoisonAsync(PoisonMessage message, CancellationToken cancellationToken) =>
        poison.DeleteMessageAsync(message.Data.MessageId, message.Receipt, cancellationToken);

    public Task PutBackPoisonAsync(PoisonMessage message, TimeSpan pause, CancellationToken cancellationToken) =>
        poison.UpdateMessageAsync(message.Data.MessageId, message.Receipt, (string?)null, pause, cancellationToken);

    // Replaces a message that expires by a copy that never does: first the copy, so that a fault leaves it twice, never
    // nowhere.
    public async Task MakePoisonLastingAsync(PoisonMessage message, CancellationToken cancellationToken)
    {
        await poison.SendMessageAsync(BinaryData.FromBytes(message.Data.Content), visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false);
        await DeletePoisonAsync(message, cancellationToken).ConfigureAwait(false);
    }

    // How full each queue is, as the service estimates, and how old its first message.
    public async Task<IReadOnlyList<QueueStatistics>> CountAsync(CancellationToken cancellationToken) => await Task.WhenAll(
        CountAsync(TelemetryNames.Queues.Notifications, notifications, cancellationToken),
        CountAsync(TelemetryNames.Queues.Outcomes, outcomes, cancellationToken),
        CountAsync(TelemetryNames.Queues.Poison, poison, cancellationToken)).ConfigureAwait(false);

    private async Task<QueueStatistics> CountAsync(string role, QueueClient queue, CancellationToken cancellationToken)
    {
        try
        {
            QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
            PeekedMessage? first = await queue.PeekMessageAsync(cancellationToken).ConfigureAwait(false);
            return new QueueStatistics(role, properties.ApproximateMessagesCount, first?.InsertedOn is { } at ? AgeOf(at) : null);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return new QueueStatistics(role, 0, null);
        }
    }

    // The service's clock and ours differ a little.
    private TimeSpan AgeOf(DateTimeOffset insertedAt)
    {
        var age = time.GetUtcNow() - insertedAt;
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }

    private static PoisonMessage Read(QueueMessage message) => new(
        QueueMessageData.Of(message) with { FromPoisonQueue = true }, message.PopReceipt, message.ExpiresOn is { } at && at.Year < YearOfNever);

    private static string Text(ReadOnlyMemory<byte> content)
    {
        try
        {
            var text = _strict.GetString(content.Span);
            if (!text.AsSpan().ContainsAny(_altered))
            {
                return text;
            }
        }
        catch (DecoderFallbackException)
        {
            // In base64, which intake opens.
        }

        return Convert.ToBase64String(content.Span);
    }
}

public enum OutcomeEncoding
{
    None,

    Base64,
}

internal sealed record QueueMessageData(string MessageId, DateTimeOffset InsertedAt, long DequeueCount, ReadOnlyMemory<byte> Content)
{
    public bool FromPoisonQueue { get; init; }

    // When the producer put it on the queue, UTC; null where that is not known: a copy of the poison queue has the
    // copy's time.
    public DateTimeOffset? EnqueuedAt => FromPoisonQueue || InsertedAt == DateTimeOffset.UnixEpoch ? null : InsertedAt;

    // The worker gives the insertion time in the machine's zone. The service always sets it; a stand-in must not be the
    // clock, because the quarantine finds a message that came again by its insertion time.
    public static QueueMessageData Of(QueueMessage message) => new(
        message.MessageId, (message.InsertedOn ?? DateTimeOffset.UnixEpoch).ToUniversalTime(), message.DequeueCount, message.Body.ToMemory());
}

internal sealed record PoisonMessage(QueueMessageData Data, string Receipt, bool Expires);

internal sealed record QueueStatistics(string Queue, int Depth, TimeSpan? OldestAge);
