using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

[JsonConverter(typeof(JsonStringEnumConverter<DeliveryPhase>))]
public enum DeliveryPhase
{
    Sending,

    Waiting,

    Final,
}
