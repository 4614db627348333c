using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>Why a delivery ended as it did; alerts are per cause, never per payment. <c>[decided]</c></summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryCause>))]
public enum DeliveryCause
{
    /// <summary>A validly signed <c>S</c>.</summary>
    Acknowledged,

    /// <summary>A validly signed <c>F</c> with a business code.</summary>
    Business,

    /// <summary>The ladder ended on a refusal of our set-up: key, client id, URL or headers.</summary>
    Setup,

    /// <summary>The ladder ended without a final answer.</summary>
    LadderUsed,

    /// <summary>An operator's cancel command.</summary>
    Operator,
}
