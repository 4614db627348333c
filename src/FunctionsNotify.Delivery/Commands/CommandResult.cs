using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>The verdict on a command.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandResult>))]
public enum CommandResult
{
    /// <summary>It changed the delivery.</summary>
    Applied,

    /// <summary>It was malformed, or meant for another attempt than the waiting one.</summary>
    Refused,

    /// <summary>The delivery had ended.</summary>
    TooLate,
}
