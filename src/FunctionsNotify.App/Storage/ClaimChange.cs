using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

// One replacement of a payment's delivery by a new one, kept in the claim and written together with it.
internal sealed record ClaimChange
{
    // The change's id; that of its entry in the audit log. It tells whose replacement stands when two writers meant the
    // same delivery id.
    public required string Id { get; init; }

    public required ClaimChangeKind Kind { get; init; }

    public required string DeliveryId { get; init; }

    public required int Generation { get; init; }

    public required DateTimeOffset At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyHash { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ClaimChangeKind>))]
public enum ClaimChangeKind
{
    Redelivery,

    Correction,

    Repair,
}
