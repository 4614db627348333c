using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

[JsonConverter(typeof(JsonStringEnumConverter<MessageState>))]
public enum MessageState
{
    Invalid,

    Conflict,
}
