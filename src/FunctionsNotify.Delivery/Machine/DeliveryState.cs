using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

// Where a delivery stands. Every accepted delivery ends in exactly one of the final states.
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    Open,

    Delivered,

    Rejected,

    Exhausted,

    Cancelled,
}
