using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Client;

/// <summary>
/// Puts payment notifications on the queue. Validates first, so that a bad one fails where it was made; a message never
/// expires. Safe to call again when a call's end is not known: the same notification twice is delivered once.
/// Thread-safe.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, though not a collection.")]
public sealed class PaymentNotificationQueue
{
    /// <summary>The default name of the queue.</summary>
    public const string DefaultName = "payment-notifications";

    /// <summary>
    /// The name of the activity source. While somebody listens to it, each send is a span <c>notify.enqueue</c>, and the
    /// payment's trace goes on from it; else the message carries the caller's own trace context.
    /// </summary>
    public const string ActivitySourceName = "FunctionsNotify.Client";

    private static readonly ActivitySource _activities = new(ActivitySourceName);

    // The service's value for "never"; its default is 7 days, after which a result would be lost in silence.
    private static readonly TimeSpan _neverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue;
    private readonly PaymentNotificationQueueOptions _options;

    /// <summary>Sends over a queue client of the caller's.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="options">How it sends; name the client's message encoding there unless it is none.</param>
    public PaymentNotificationQueue(QueueClient queue, PaymentNotificationQueueOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
        _options = options ?? new PaymentNotificationQueueOptions();
    }

    /// <summary>Sends with a storage account's connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="queueName">The queue's name.</param>
    /// <param name="createIfMissing">See <see cref="PaymentNotificationQueueOptions.CreateIfMissing"/>.</param>
    public PaymentNotificationQueue(string connectionString, string queueName = DefaultName, bool createIfMissing = false)
        : this(new QueueClient(connectionString, queueName, ClientOptions()), new PaymentNotificationQueueOptions { CreateIfMissing = createIfMissing })
    {
    }

    /// <summary>Sends under an identity, without a secret.</summary>
    /// <param name="queueUri">The queue's address, such as <c>https://account.queue.core.windows.net/payment-notifications</c>.</param>
    /// <param name="credential">The identity; it needs the role Storage Queue Data Message Sender.</param>
    /// <param name="createIfMissing">See <see cref="PaymentNotificationQueueOptions.CreateIfMissing"/>.</param>
    public PaymentNotificationQueue(Uri queueUri, TokenCredential credential, bool createIfMissing = false)
        : this(new QueueClient(queueUri, credential, ClientOptions()), new PaymentNotificationQueueOptions { CreateIfMissing = createIfMissing })
    {
    }

    /// <summary>Validates the notification and puts it on the queue.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="cancellationToken">Stops the call; whether the message was sent is then not known, and sending it again is safe.</param>
    /// <exception cref="InvalidPaymentNotificationException">A rule refuses it; nothing was sent.</exception>
    /// <exception cref="RequestFailedException">The queue did not take it, or its answer did not arrive; sending it again is safe.</exception>
    public Task<EnqueueReceipt> EnqueueAsync(PaymentNotification notification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notification);
        byte[] body;
        try
        {
            body = NotificationWriter.Write(notification);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidPaymentNotificationException(
                [new Violation("$", "must be valid Unicode", Severity.Refuse, exception.Message.Split('.')[0])]);
        }

        return EnqueueAsync(body, cancellationToken);
    }

    /// <summary>
    /// Validates a notification that the caller wrote as UTF-8 JSON and puts it on the queue. Its bytes reach Alipay+ as
    /// they are.
    /// </summary>
    /// <param name="notification">The notification's bytes, without byte order mark.</param>
    /// <param name="cancellationToken">Stops the call; whether the message was sent is then not known, and sending it again is safe.</param>
    /// <exception cref="InvalidPaymentNotificationException">A rule refuses it; nothing was sent.</exception>
    /// <exception cref="RequestFailedException">The queue did not take it, or its answer did not arrive; sending it again is safe.</exception>
    public async Task<EnqueueReceipt> EnqueueAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken = default)
    {
        var reading = NotificationReader.Read(notification);
        if (reading.Notification is not { } accepted)
        {
            throw new InvalidPaymentNotificationException([.. reading.Refusals]);
        }

        using var span = _activities.StartActivity("notify.enqueue", ActivityKind.Producer);
        span?.SetTag("notify.payment_id", accepted.PaymentId);
        try
        {
            var text = Compose(notification.Span);
            var receipt = await SendAsync(text, cancellationToken).ConfigureAwait(false);
            return new EnqueueReceipt(receipt.MessageId, accepted.PaymentId, [.. reading.Warnings]);
        }
        catch (Exception fault)
        {
            span?.SetStatus(ActivityStatusCode.Error, fault.GetType().Name);
            throw;
        }
    }

    private string Compose(ReadOnlySpan<byte> notification)
    {
        var text = Encode(NotificationEnvelope.Write(notification, Activity.Current));
        if (Size(text) > NotificationEnvelope.MaxMessageBytes && Activity.Current is not null)
        {
            // A payment's result matters more than its trace.
            text = Encode(NotificationEnvelope.Write(notification, activity: null));
        }

        return Size(text) <= NotificationEnvelope.MaxMessageBytes
            ? text
            : throw new InvalidPaymentNotificationException(
                [new Violation("$", $"must fit a queue message of {NotificationEnvelope.MaxMessageBytes} bytes, envelope and encoding included", Severity.Refuse, $"{Size(text)} bytes")]);
    }

    private string Encode(byte[] envelope) => _options.ClientEncoding == QueueMessageEncoding.None
        ? MessageText.Of(envelope)
        : Encoding.UTF8.GetString(envelope);

    private int Size(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        return _options.ClientEncoding == QueueMessageEncoding.None ? length : MessageText.Base64Length(length);
    }

    private async Task<SendReceipt> SendAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return await _queue.SendMessageAsync(text, visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (_options.CreateIfMissing && exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await _queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return await _queue.SendMessageAsync(text, visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false);
        }
    }

    private static QueueClientOptions ClientOptions() => new() { MessageEncoding = QueueMessageEncoding.None };
}
