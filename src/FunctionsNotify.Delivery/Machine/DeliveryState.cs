using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>Where a delivery stands. Every accepted delivery ends in exactly one of the final states. <c>[decided]</c></summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>Not final: an attempt is being made or waited for.</summary>
    Open,

    /// <summary>Final: Alipay+ acknowledged with a validly signed <c>S</c>. <c>[guide]</c></summary>
    Delivered,

    /// <summary>Final: Alipay+ refused it, for a business reason or, after the whole ladder, for our set-up.</summary>
    Rejected,

    /// <summary>Final: the whole ladder was used and no final answer came.</summary>
    Exhausted,

    /// <summary>Final: an operator cancelled it.</summary>
    Cancelled,
}
