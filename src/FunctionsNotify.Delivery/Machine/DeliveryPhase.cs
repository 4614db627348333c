using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>What the host has to do next for a delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryPhase>))]
public enum DeliveryPhase
{
    /// <summary>Make the attempt <see cref="Delivery.NextAttempt"/>.</summary>
    Sending,

    /// <summary>Wait until <see cref="Delivery.DueAt"/> or for a command.</summary>
    Waiting,

    /// <summary>Write the outcome; nothing is ever sent again.</summary>
    Final,
}
