namespace FunctionsNotify.Testing;

/// <summary>What a host would read of an environment, and must not get from that of the tests.</summary>
public static class HostEnvironment
{
    private static readonly string[] _prefixes =
    [
        "AlipayPlus__", "APPLICATIONINSIGHTS_", "AzureFunctions", "AzureWebJobs", "Delivery__", "FUNCTIONS_", "KeyVault__", "NOTIFY_", "NotificationsQueue", "OTEL_", "OutcomesEncoding",
        "OutcomesQueue", "Overload__", "PaymentsStorage", "Storage__", "TaskHub",
    ];

    public static void Clear(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => _prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            environment.Remove(name);
        }
    }
}
