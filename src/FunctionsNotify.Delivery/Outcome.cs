using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// What a payment backend is told. Two kinds, told apart by kind: DeliveryOutcome, one per delivery, and MessageOutcome,
// one per message that could not become a delivery. Consumers de-duplicate by OutcomeId.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DeliveryOutcome), "delivery")]
[JsonDerivedType(typeof(MessageOutcome), "message")]
internal abstract record Outcome
{
    public int SchemaVersion { get; init; } = 1;

    public abstract string OutcomeId { get; }

    public required string? PaymentId { get; init; }

    [JsonIgnore]
    public string? TraceParent { get; init; }

    [JsonIgnore]
    public string? TraceState { get; init; }
}

internal sealed record DeliveryOutcome : Outcome
{
    public override string OutcomeId => DeliveryId;

    public required DeliveryState State { get; init; }

    public required DeliveryCause Cause { get; init; }

    public required string DeliveryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    public required int AttemptCount { get; init; }

    public int AttemptsOmitted { get; init; }

    public required ImmutableArray<DeliveryAttempt> Attempts { get; init; }

    public static DeliveryOutcome Of(Delivery delivery)
    {
        if (delivery.Phase != DeliveryPhase.Final || delivery.Cause is not { } cause)
        {
            throw new InvalidOperationException($"Delivery {delivery.DeliveryId} is {delivery.Phase}: it has no outcome yet.");
        }

        return new DeliveryOutcome
        {
            PaymentId = delivery.PaymentId,
            TraceParent = delivery.TraceParent,
            TraceState = delivery.TraceState,
            PaymentRequestId = delivery.PaymentRequestId,
            DeliveryId = delivery.DeliveryId,
            Supersedes = delivery.Supersedes,
            State = delivery.State,
            Cause = cause,
            AcceptedAt = delivery.AcceptedAt,
            EndedAt = delivery.DueAt,
            ResultCode = delivery.LastResult?.ResultCode,
            OperatorAction = OperatorGuide.ActionFor(delivery),
            AttemptCount = delivery.Attempts.Count,
            Attempts = [.. delivery.Attempts],
        };
    }
}

// A message that could not become a delivery. It says nothing about the payment's own delivery.
internal sealed record MessageOutcome : Outcome
{
    public override string OutcomeId => $"{MessageId}:{State}";

    public required MessageState State { get; init; }

    public required string MessageId { get; init; }

    public required DateTimeOffset InsertedAt { get; init; }

    public required ImmutableArray<Violation> Reasons { get; init; }

    public required string QuarantineId { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<MessageState>))]
public enum MessageState
{
    Invalid,

    Conflict,
}

// Writes outcomes as UTF-8 JSON that fits a storage queue message, base64 included.
internal static class OutcomeWriter
{
    public const int MaxBytes = 48 * 1024;

    public static byte[] Write(Outcome outcome)
    {
        var bytes = Serialize(outcome);
        while (bytes.Length > MaxBytes && outcome is DeliveryOutcome { Attempts.Length: > 2 } delivery)
        {
            outcome = delivery with
            {
                Attempts = delivery.Attempts.RemoveAt(delivery.Attempts.Length / 2),
                AttemptsOmitted = delivery.AttemptsOmitted + 1,
            };
            bytes = Serialize(outcome);
        }

        while (bytes.Length > MaxBytes && outcome is MessageOutcome { Reasons.Length: > 1 } message)
        {
            outcome = message with { Reasons = message.Reasons.RemoveAt(message.Reasons.Length - 1) };
            bytes = Serialize(outcome);
        }

        return bytes;
    }

    private static byte[] Serialize(Outcome outcome) => JsonSerializer.SerializeToUtf8Bytes(outcome, DeliveryJson.Options);
}
