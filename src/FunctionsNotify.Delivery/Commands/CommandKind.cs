using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

[JsonConverter(typeof(JsonStringEnumConverter<CommandKind>))]
public enum CommandKind
{
    Cancel,

    SendNow,

    Wake,
}
