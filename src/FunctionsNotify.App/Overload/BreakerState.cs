using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

[JsonConverter(typeof(JsonStringEnumConverter<BreakerState>))]
public enum BreakerState
{
    Closed,

    Open,

    HalfOpen,
}
