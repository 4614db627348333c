using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>One thing that an operator did to a quarantined message.</summary>
public sealed record QuarantineEntry
{
    /// <summary>The entry's id, so that no two writes of a record are alike.</summary>
    public required string Id { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The status that it led to.</summary>
    public required QuarantineStatus Status { get; init; }

    /// <summary>Who.</summary>
    public required string Actor { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The objections that were set aside by force.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Overrode { get; init; }

    /// <summary>The id of the message that was put on the queue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MessageId { get; init; }

    /// <summary>The delivery that an applied conflict made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeliveryId { get; init; }
}
