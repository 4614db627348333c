using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>Whether sends are let through.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BreakerState>))]
public enum BreakerState
{
    /// <summary>Every send is let through.</summary>
    Closed,

    /// <summary>None is: sends are postponed.</summary>
    Open,

    /// <summary>One at a time is, to find out.</summary>
    HalfOpen,
}
