using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>One thing that an operator changed, or was refused. <c>[decided]</c></summary>
public sealed record AuditEntry
{
    /// <summary>The outcome of an entry whose change may have taken effect or not: it was begun, and its end is not on record.</summary>
    public const string Begun = "begun";

    /// <summary>The outcome of a change that took effect.</summary>
    public const string Accepted = "accepted";

    /// <summary>What the outcome of a change that did not take effect starts with; why follows.</summary>
    public const string RefusedPrefix = "refused: ";

    /// <summary>The longest outcome, in characters.</summary>
    public const int MaxOutcomeLength = 256;

    /// <summary>The entry's id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who; null where the call named nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    /// <summary>What: one of <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>The payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    /// <summary>The quarantine record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? QuarantineId { get; init; }

    /// <summary>The delivery that was changed or made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeliveryId { get; init; }

    /// <summary>Why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary><see cref="Begun"/>, <see cref="Accepted"/>, or refused and why.</summary>
    public required string Outcome { get; init; }

    /// <summary>The outcome of a change that was refused.</summary>
    /// <param name="why">Why.</param>
    public static string Refused(string why)
    {
        ArgumentNullException.ThrowIfNull(why);
        return RefusedPrefix.Length + why.Length <= MaxOutcomeLength ? RefusedPrefix + why : RefusedPrefix + why[..(MaxOutcomeLength - RefusedPrefix.Length - 1)] + "…";
    }
}
