using System.Reflection;

namespace FunctionsNotify.App;

internal sealed record HealthReport(string Status, string Host, string Version, DeliveryPolicy Delivery, OverloadPolicy Overload, BreakerState Breaker)
{
    private static readonly string _version =
        typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static HealthReport Of(string host, DeliveryPolicy policy, OverloadPolicy overload, GuardedSender sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new HealthReport("ok", host, _version, policy, overload, sender.Breaker);
    }
}
