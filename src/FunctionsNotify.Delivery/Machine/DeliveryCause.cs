using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

// Why a delivery ended as it did; alerts are per cause, never per payment.
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryCause>))]
public enum DeliveryCause
{
    Acknowledged,

    Business,

    Setup,

    LadderUsed,

    Operator,
}
