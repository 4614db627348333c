using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>Why a message did not become a delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageState>))]
public enum MessageState
{
    /// <summary>The message breaks a rule; every broken rule is named.</summary>
    Invalid,

    /// <summary>Another content for a payment that already has a delivery; it is never sent.</summary>
    Conflict,
}
