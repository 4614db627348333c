using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>
/// Reads the outcome queue for all scenarios of one host. What belongs to this run is kept and taken off the queue; what
/// does not stays there for whoever it belongs to.
/// </summary>
public sealed class OutcomeReader : IAsyncDisposable
{
    private const int BatchSize = 32;

    // Long enough that foreign outcomes do not come round all the time, short enough for their own readers.
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly QueueClient _queue;
    private readonly ConcurrentQueue<Outcome> _outcomes = new();
    private readonly ConcurrentDictionary<string, byte> _messages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _kept = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private Exception? _fault;

    public OutcomeReader(QueueClient queue)
    {
        _queue = queue;
        _loop = Task.Run(ReadAsync);
    }

    /// <summary>Everything read so far, repeats included.</summary>
    public IReadOnlyList<Outcome> All => [.. _outcomes];

    /// <summary>Says that a queue message is this run's own, because its outcome may name no payment.</summary>
    public void Expect(string messageId) => _messages[messageId] = 0;

    /// <summary>The payment's delivery outcomes so far, repeats included.</summary>
    public IReadOnlyList<Outcome> Deliveries(string paymentId) =>
        [.. _outcomes.Where(outcome => outcome.Kind == "delivery" && outcome.PaymentId == paymentId)];

    /// <summary>The message's outcomes so far, repeats included.</summary>
    public IReadOnlyList<Outcome> Messages(string messageId) =>
        [.. _outcomes.Where(outcome => outcome.Kind == "message" && outcome.MessageId == messageId)];

    /// <summary>Waits for the payment's delivery outcome.</summary>
    public Task<Outcome> DeliveryAsync(string paymentId, TimeSpan deadline) =>
        Eventually.IsThereAsync(() => Task.FromResult(Check(Deliveries(paymentId))), deadline, $"the outcome of payment {paymentId}");

    /// <summary>Waits for the message's outcome.</summary>
    public Task<Outcome> MessageAsync(string messageId, TimeSpan deadline) =>
        Eventually.IsThereAsync(() => Task.FromResult(Check(Messages(messageId))), deadline, $"the outcome of message {messageId}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private Outcome? Check(IReadOnlyList<Outcome> found) =>
        _fault is null ? found.Count == 0 ? null : found[0] : throw new InvalidOperationException("The outcome queue holds what is no outcome.", _fault);

    private async Task ReadAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var messages = (await _queue.ReceiveMessagesAsync(BatchSize, Hidden, _stop.Token)).Value;
                var readAt = DateTimeOffset.UtcNow;
                await Task.WhenAll(messages.Select(message => KeepAsync(message, readAt)));
                if (messages.Length < BatchSize)
                {
                    await Task.Delay(Pause, _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException)
            {
                // Not created yet, or its Azurite is being restarted: a scenario waits for outcomes with a deadline of its own.
                await Task.Delay(Pause);
            }
        }
    }

    private async Task KeepAsync(QueueMessage message, DateTimeOffset readAt)
    {
        if (Read(message) is not { } outcome)
        {
            return;
        }

        if (IsOwn(outcome))
        {
            // Kept before it is taken off the queue: a lost answer to the delete must not lose it.
            if (_kept.TryAdd(message.MessageId, 0))
            {
                _outcomes.Enqueue(outcome with { ReadAt = readAt });
            }

            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }
        else if (outcome.PaymentId is null)
        {
            // Its message may be about to be registered.
            await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.FromSeconds(1));
        }
    }

    private Outcome? Read(QueueMessage message)
    {
        var text = message.Body.ToString();
        try
        {
            var json = text.StartsWith('{') ? text : Encoding.UTF8.GetString(Convert.FromBase64String(text));
            return Outcome.Read(Encoding.UTF8.GetBytes(json)) with { Text = json };
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            _fault = exception;
            return null;
        }
    }

    private bool IsOwn(Outcome outcome) =>
        outcome.PaymentId?.StartsWith(ScenarioSettings.RunId, StringComparison.Ordinal) == true
        || (outcome.MessageId is { } messageId && _messages.ContainsKey(messageId));
}
