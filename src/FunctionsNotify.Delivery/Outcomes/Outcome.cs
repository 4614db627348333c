using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// What a payment backend is told. Two kinds, told apart by <c>kind</c>: <see cref="DeliveryOutcome"/>, one per delivery,
/// and <see cref="MessageOutcome"/>, one per message that could not become a delivery. Consumers de-duplicate by
/// <see cref="OutcomeId"/>. <c>[decided]</c>
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DeliveryOutcome), "delivery")]
[JsonDerivedType(typeof(MessageOutcome), "message")]
public abstract record Outcome
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The same outcome published again has the same id.</summary>
    public abstract string OutcomeId { get; }

    /// <summary>The payment; null when the message could not be read that far.</summary>
    public required string? PaymentId { get; init; }

    /// <summary>The W3C trace context that publishing it belongs to; not part of what the backend is told.</summary>
    [JsonIgnore]
    public string? TraceParent { get; init; }

    /// <summary>The W3C trace state that goes with it.</summary>
    [JsonIgnore]
    public string? TraceState { get; init; }
}
