using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>One replacement of a payment's delivery by a new one, kept in the claim and written together with it. <c>[decided]</c></summary>
public sealed record ClaimChange
{
    /// <summary>The change's id; that of its entry in the audit log. It tells whose replacement stands when two writers meant the same delivery id.</summary>
    public required string Id { get; init; }

    /// <summary>What was done.</summary>
    public required ClaimChangeKind Kind { get; init; }

    /// <summary>The delivery that the change made.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Which delivery of the payment that is, from 2.</summary>
    public required int Generation { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    /// <summary>Why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The caller's key: the same key again is the same change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    /// <summary>The canonical hash of a correction's body; null when the claimed body was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyHash { get; init; }
}

/// <summary>Why a payment got a new delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClaimChangeKind>))]
public enum ClaimChangeKind
{
    /// <summary>An operator had an ended delivery made again.</summary>
    Redelivery,

    /// <summary>As a redelivery, with a corrected body.</summary>
    Correction,

    /// <summary>A broken delivery was replaced.</summary>
    Repair,
}
