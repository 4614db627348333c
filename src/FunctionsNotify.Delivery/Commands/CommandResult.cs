using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

[JsonConverter(typeof(JsonStringEnumConverter<CommandResult>))]
public enum CommandResult
{
    Applied,

    Refused,

    TooLate,
}
