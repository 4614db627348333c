using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsNotify.Client;

/// <summary>
/// Reads the outcome queue. Every outcome comes <b>at least once</b>: a crash between handling and deleting, or a handler
/// that takes longer than <see cref="HiddenFor"/>, brings it again. De-duplicate by <see cref="PaymentOutcome.OutcomeId"/>,
/// such as by a unique column in the transaction that takes the outcome over.
/// </summary>
/// <example>
/// <code>
/// await new PaymentOutcomes(connectionString).ReceiveAsync(
///     async (outcome, cancel) =>
///     {
///         if (await ledger.InsertOnceAsync(outcome.OutcomeId, outcome.PaymentId, outcome.State, cancel)
///             &amp;&amp; outcome.State != PaymentOutcomeState.Delivered)
///         {
///             await alerts.TellAsync(outcome.OperatorAction, cancel);
///         }
///     },
///     stopping);
/// </code>
/// </example>
public sealed class PaymentOutcomes
{
    /// <summary>The default name of the queue.</summary>
    public const string DefaultName = "payment-notification-outcomes";

    private const int AtOnce = 32;
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(250);

    private readonly QueueClient _queue;

    /// <summary>Reads over a queue client of the caller's, which must not decode (<see cref="QueueMessageEncoding.None"/>, the default).</summary>
    /// <param name="queue">The queue.</param>
    public PaymentOutcomes(QueueClient queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
    }

    /// <summary>Reads with a storage account's connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="queueName">The queue's name.</param>
    public PaymentOutcomes(string connectionString, string queueName = DefaultName)
        : this(new QueueClient(connectionString, queueName, ClientOptions()))
    {
    }

    /// <summary>Reads under an identity, without a secret.</summary>
    /// <param name="queueUri">The queue's address, such as <c>https://account.queue.core.windows.net/payment-notification-outcomes</c>.</param>
    /// <param name="credential">The identity; it needs the role Storage Queue Data Message Processor.</param>
    public PaymentOutcomes(Uri queueUri, TokenCredential credential)
        : this(new QueueClient(queueUri, credential, ClientOptions()))
    {
    }

    /// <summary>How long outcomes that were read stay hidden from other readers: longer than the handler takes for 32 of them.</summary>
    public TimeSpan HiddenFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest pause between two looks at an empty queue; it begins with a quarter of a second and doubles.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Is told of a message that is no outcome: its id and why. It stays on the queue and comes again, so that it is not
    /// lost; without this, or when it throws, <see cref="ReceiveAsync"/> ends with the fault.
    /// </summary>
    public Func<string, Exception, Task>? OnUnreadable { get; init; }

    /// <summary>Hands each outcome to the handler, one after the other, and deletes it when the handler has returned.</summary>
    /// <param name="handle">
    /// Takes an outcome over for good. Where it throws, the call ends with its exception, and this outcome and those behind it
    /// come again after <see cref="HiddenFor"/>.
    /// </param>
    /// <param name="cancellationToken">Ends it; without it, it goes on for ever.</param>
    /// <exception cref="RequestFailedException">The queue is missing, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task ReceiveAsync(Func<PaymentOutcome, CancellationToken, Task> handle, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        for (var pause = _shortestPause; ; pause = pause < LongestPause / 2 ? pause * 2 : LongestPause)
        {
            QueueMessage[] messages = await _queue.ReceiveMessagesAsync(AtOnce, HiddenFor, cancellationToken).ConfigureAwait(false);
            foreach (var message in messages)
            {
                if (await ReadAsync(message).ConfigureAwait(false) is { } outcome)
                {
                    await handle(outcome, cancellationToken).ConfigureAwait(false);
                    // What was taken over is deleted also while stopping.
                    await DeleteAsync(_queue, message).ConfigureAwait(false);
                }

                pause = _shortestPause;
            }

            if (messages.Length == 0)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<PaymentOutcome?> ReadAsync(QueueMessage message)
    {
        try
        {
            return PaymentOutcome.Parse(message.Body.ToMemory().Span);
        }
        catch (JsonException fault) when (OnUnreadable is not null)
        {
            await OnUnreadable(message.MessageId, fault).ConfigureAwait(false);
            return null;
        }
    }

    internal static async Task DeleteAsync(QueueClient queue, QueueMessage message)
    {
        try
        {
            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RequestFailedException fault) when (fault.Status == 404 || fault.ErrorCode == QueueErrorCode.PopReceiptMismatch)
        {
            // It was hidden too briefly: another reader has it, and handles it once more.
        }
    }

    private static QueueClientOptions ClientOptions() => new() { MessageEncoding = QueueMessageEncoding.None };
}
