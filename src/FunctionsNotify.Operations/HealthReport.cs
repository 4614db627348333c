using System.Reflection;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What a host says of itself.</summary>
/// <param name="Status"><c>ok</c>.</param>
/// <param name="Host"><c>functions</c> or <c>local</c>.</param>
/// <param name="Version">The version of this software.</param>
/// <param name="Delivery">The retry schedule and constants that new deliveries start with.</param>
public sealed record HealthReport(string Status, string Host, string Version, DeliveryPolicy Delivery)
{
    /// <summary>The report of a host that runs.</summary>
    /// <param name="host"><c>functions</c> or <c>local</c>.</param>
    /// <param name="policy">The policy of new deliveries.</param>
    public static HealthReport Of(string host, DeliveryPolicy policy) => new(
        "ok",
        host,
        typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        policy);
}
