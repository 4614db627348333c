using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// The end that stands in a delivery's record. An activity runs at least once, and a second run may come to another end: the
// first that was merged stands, every later run adopts it, and nothing else is ever told.
internal sealed record RecordedEnd(DeliveryState State, DateTimeOffset EndedAt)
{
    // A repair took the delivery's place while it was open: it ended there, and nothing is told of it.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReplaced { get; init; }

    public static RecordedEnd Of(Delivery delivery)
    {
        return delivery.Phase == DeliveryPhase.Final
            ? new RecordedEnd(delivery.State, delivery.DueAt)
            : throw new InvalidOperationException($"Delivery {delivery.DeliveryId} is {delivery.Phase}: it has no end yet.");
    }

    // The attempt's result where the record holds the end of its delivery: the answer that ended it, though the run that got
    // it may be lost and this one came to another.
    public AttemptResult AnswerFor(AttemptResult result)
    {
        AttemptKind? kind = State switch
        {
            DeliveryState.Delivered => AttemptKind.Acknowledged,
            DeliveryState.Rejected => AttemptKind.Rejected,
            _ => null,
        };
        return kind is not { } answered ? result
            : answered == result.Kind ? result with { StartedAt = EndedAt - result.Duration }
            : new AttemptResult
            {
                Kind = answered,
                StartedAt = EndedAt,
                Duration = TimeSpan.Zero,
                Detail = $"An earlier run of this attempt was answered so and recorded it; its answer is lost, and the last run came to {result.Kind}.",
            };
    }
}

// What the send activity gives back. Serialized into Durable's history: add optional members only.
internal sealed record SentAttempt(AttemptResult Result)
{
    // The end that stands in the record; null where there is none, or it could not be read.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecordedEnd? Ended { get; init; }

    // The end is recorded and its outcome published: nothing is left to do.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsTold { get; init; }
}
