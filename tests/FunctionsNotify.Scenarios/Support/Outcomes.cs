using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>An outcome as a payment backend reads it from the queue; a model of our own, so that a changed field is noticed.</summary>
internal sealed record Outcome
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public required int SchemaVersion { get; init; }

    public required string Kind { get; init; }

    public required string OutcomeId { get; init; }

    public required string? PaymentId { get; init; }

    public required string State { get; init; }

    public string? Cause { get; init; }

    public string? DeliveryId { get; init; }

    public string? Supersedes { get; init; }

    public string? ResultCode { get; init; }

    public int AttemptCount { get; init; }

    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public string? MessageId { get; init; }

    public string? QuarantineId { get; init; }

    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    /// <summary>When this suite got it from the queue; not part of the outcome.</summary>
    [JsonIgnore]
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>The outcome as it was written.</summary>
    [JsonIgnore]
    public string Text { get; init; } = string.Empty;

    public static Outcome Read(string json) => JsonSerializer.Deserialize<Outcome>(json, Options)! with { Text = json };
}

/// <summary>One attempt of a delivery, in an outcome and in the API's answer.</summary>
internal sealed record Attempt(int Number, DateTimeOffset DueAt, AttemptResult Result)
{
    public DateTimeOffset EndedAt => Result.StartedAt + Result.Duration;
}

/// <summary>What an attempt came to.</summary>
internal sealed record AttemptResult(string Kind, DateTimeOffset StartedAt, TimeSpan Duration, int? HttpStatus, string? ResultStatus, string? ResultCode, string? TraceId, string? Detail);

/// <summary>Why a message could not become a delivery.</summary>
internal sealed record Reason(string Field, string Rule, string Severity, string Shape);

/// <summary>A message that is kept because it could not become a delivery, as the blob holds it.</summary>
internal sealed record QuarantineBlob(string State, string Status, string MessageId, string? PaymentId, IReadOnlyList<Reason> Reasons, byte[] Content)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static QuarantineBlob Read(BinaryData json) => json.ToObjectFromJson<QuarantineBlob>(Options)!;
}

/// <summary>
/// Reads the outcome queue for all scenarios of one host. What belongs to this run is kept and taken off the queue; what
/// does not stays there for whoever it belongs to.
/// </summary>
internal sealed class OutcomeReader : IAsyncDisposable
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

    /// <summary>Waits for the payment's delivery outcome, or that of one of its deliveries.</summary>
    public Task<Outcome> DeliveryAsync(string paymentId, TimeSpan deadline, string? deliveryId = null) => FirstAsync(
        () => Deliveries(paymentId).FirstOrDefault(outcome => deliveryId is null || outcome.DeliveryId == deliveryId), deadline, $"the outcome of {deliveryId ?? $"payment {paymentId}"}");

    /// <summary>Waits for the message's outcome.</summary>
    public Task<Outcome> MessageAsync(string messageId) => FirstAsync(() => Messages(messageId) is [var first, ..] ? first : null, HostUnderTest.Patience, $"the outcome of message {messageId}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private Task<Outcome> FirstAsync(Func<Outcome?> find, TimeSpan deadline, string what) => Eventually.IsThereAsync(
        () => Task.FromResult(_fault is null ? find() : throw new InvalidOperationException("The outcome queue holds what is no outcome.", _fault)), deadline, what);

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
            return Outcome.Read(text.StartsWith('{') ? text : Encoding.UTF8.GetString(Convert.FromBase64String(text)));
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
