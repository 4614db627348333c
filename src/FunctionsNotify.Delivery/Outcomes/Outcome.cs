using System.Text.Json.Serialization;

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
