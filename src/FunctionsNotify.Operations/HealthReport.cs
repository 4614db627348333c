using System.Reflection;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What a host says of itself.</summary>
/// <param name="Status"><c>ok</c>.</param>
/// <param name="Host"><c>functions</c> or <c>local</c>.</param>
/// <param name="Version">The version of this software.</param>
/// <param name="Delivery">The retry schedule and constants that new deliveries start with.</param>
/// <param name="Overload">The limits of this instance.</param>
/// <param name="Breaker">Where this instance's breaker towards Alipay+ stands.</param>
public sealed record HealthReport(string Status, string Host, string Version, DeliveryPolicy Delivery, OverloadPolicy Overload, BreakerState Breaker)
{
    private static readonly string _version =
        typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The report of a host that runs.</summary>
    /// <param name="host"><c>functions</c> or <c>local</c>.</param>
    /// <param name="policy">The policy of new deliveries.</param>
    /// <param name="overload">The limits of this instance.</param>
    /// <param name="sender">The sender, for its breaker.</param>
    public static HealthReport Of(string host, DeliveryPolicy policy, OverloadPolicy overload, GuardedSender sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new HealthReport("ok", host, _version, policy, overload, sender.Breaker);
    }
}
