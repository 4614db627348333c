using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record AuditEntry
{
    public const string Begun = "begun";

    public const string Accepted = "accepted";

    public const string RefusedPrefix = "refused: ";

    public const int MaxOutcomeLength = 256;

    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    public required string Action { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? QuarantineId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeliveryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    public required string Outcome { get; init; }

    public static string Refused(string why)
    {
        ArgumentNullException.ThrowIfNull(why);
        return RefusedPrefix.Length + why.Length <= MaxOutcomeLength ? RefusedPrefix + why : RefusedPrefix + why[..(MaxOutcomeLength - RefusedPrefix.Length - 1)] + "…";
    }
}
