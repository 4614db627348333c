using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Client;

/// <summary>What became of a notification, or of a message that could not become one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PaymentOutcomeState>))]
public enum PaymentOutcomeState
{
    /// <summary>Alipay+ acknowledged the notification: there is nothing to do.</summary>
    Delivered,

    /// <summary>Alipay+ refused it, for a business reason or at last for our set-up.</summary>
    Rejected,

    /// <summary>The whole retry schedule was used and no final answer came. Alipay+ may know the result by its own inquiry.</summary>
    Exhausted,

    /// <summary>An operator ended the delivery.</summary>
    Cancelled,

    /// <summary>The message breaks a rule; <see cref="PaymentOutcome.Reasons"/> names every one. Nothing was sent.</summary>
    Invalid,

    /// <summary>Another content was already accepted for this payment; this one is kept in the quarantine and never sent.</summary>
    Conflict,
}

/// <summary>
/// One message of the outcome queue. Of a delivery, which ends in one of the first four states, the members from
/// <see cref="DeliveryId"/> on are set; of a message (<see cref="PaymentOutcomeState.Invalid"/>,
/// <see cref="PaymentOutcomeState.Conflict"/>) those from <see cref="MessageId"/> on.
/// </summary>
public sealed record PaymentOutcome
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <summary>The same outcome published again has the same id: de-duplicate by it.</summary>
    public required string OutcomeId { get; init; }

    /// <summary>The payment's id as Alipay+ assigned it; null when a message could not be read that far.</summary>
    public required string? PaymentId { get; init; }

    /// <summary>What became of it.</summary>
    public required PaymentOutcomeState State { get; init; }

    /// <summary>The delivery's id.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>The delivery that this one delivered again, of a redelivery, correction or repair.</summary>
    public string? Supersedes { get; init; }

    /// <summary>The acquirer's own id of the payment, where the notification named it.</summary>
    public string? PaymentRequestId { get; init; }

    /// <summary>Why it ended so, such as <c>Acknowledged</c>, <c>Business</c> or <c>Setup</c>.</summary>
    public string? Cause { get; init; }

    /// <summary>When the notification was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>When the delivery ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The result code of the last answer, where it had one.</summary>
    public string? ResultCode { get; init; }

    /// <summary>What an operator does now, one sentence; null when nothing.</summary>
    public string? OperatorAction { get; init; }

    /// <summary>How many attempts were made.</summary>
    public int AttemptCount { get; init; }

    /// <summary>The attempts in order; from the middle some may be missing, so that the outcome fits a queue message.</summary>
    public IReadOnlyList<PaymentAttempt> Attempts { get; init; } = [];

    /// <summary>The queue message's id, see <see cref="EnqueueReceipt.MessageId"/>.</summary>
    public string? MessageId { get; init; }

    /// <summary>When the message was put on the queue.</summary>
    public DateTimeOffset? InsertedAt { get; init; }

    /// <summary>Every broken rule.</summary>
    public IReadOnlyList<Violation> Reasons { get; init; } = [];

    /// <summary>Where the message is kept.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>Reads a message of the outcome queue, UTF-8 JSON as it is or in base64. Members that are not known are passed over.</summary>
    /// <param name="message">The message's bytes.</param>
    /// <exception cref="JsonException">It is no outcome.</exception>
    public static PaymentOutcome Parse(ReadOnlySpan<byte> message)
    {
        var outcome = JsonSerializer.Deserialize<PaymentOutcome>(MessageText.Decode(message), _json);
        return outcome is { OutcomeId.Length: > 0 } ? outcome : throw new JsonException("The message is no outcome.");
    }
}

/// <summary>One attempt to tell Alipay+.</summary>
/// <param name="Number">From 1; retry n is attempt n + 1.</param>
/// <param name="DueAt">When it was due.</param>
/// <param name="Result">What it came to.</param>
public sealed record PaymentAttempt(int Number, DateTimeOffset DueAt, PaymentAttemptResult Result);

/// <summary>What an attempt came to. Alipay+'s texts are cut to 256 characters.</summary>
/// <param name="Kind"><c>Acknowledged</c>, <c>Rejected</c>, <c>SetupRejected</c>, <c>Unknown</c>, <c>NoResult</c> or <c>NotSent</c>.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="HttpStatus">The HTTP status, where an answer came.</param>
/// <param name="ResultStatus">The answer's <c>resultStatus</c>, where it could be read.</param>
/// <param name="ResultCode">The answer's <c>resultCode</c>, where it could be read.</param>
/// <param name="ResultMessage">The answer's <c>resultMessage</c>, where it could be read.</param>
/// <param name="TraceId">The answer's <c>Trace-Id</c>, to name towards Alipay+.</param>
/// <param name="Detail">What went wrong, one short sentence.</param>
public sealed record PaymentAttemptResult(
    string Kind,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    int? HttpStatus = null,
    string? ResultStatus = null,
    string? ResultCode = null,
    string? ResultMessage = null,
    string? TraceId = null,
    string? Detail = null);
