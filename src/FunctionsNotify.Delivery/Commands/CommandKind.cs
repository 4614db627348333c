using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>What an operator, or the sweeper, asks of an open delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandKind>))]
public enum CommandKind
{
    /// <summary>End the delivery; a final result of an attempt in flight wins.</summary>
    Cancel,

    /// <summary>Make the waiting attempt at once.</summary>
    SendNow,

    /// <summary>The sweeper's: make the waiting attempt if it is overdue.</summary>
    Wake,
}
