using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>What became of a command; stands on the delivery's record.</summary>
public sealed record CommandVerdict
{
    /// <summary>The command's id.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked, null when that could not be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CommandKind? Kind { get; init; }

    /// <summary>Applied, refused or too late.</summary>
    public required CommandResult Result { get; init; }

    /// <summary>Why it was refused, one short sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Who asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    /// <summary>Why they asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>When it was decided, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
