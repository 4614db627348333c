using System.Globalization;

namespace FunctionsNotify.Scenarios;

/// <summary>What the environment asks of the suite.</summary>
public static class ScenarioSettings
{
    /// <summary>Marks this run's payments, so that other runs and other traffic on the same host do not disturb.</summary>
    public static string RunId { get; } = Guid.NewGuid().ToString("N")[..10];

    /// <summary>True when the suite runs against a host that somebody else started.</summary>
    public static bool IsExternal => Environment.GetEnvironmentVariable("NOTIFY_HOST") == "external";

    /// <summary>True when the long scenarios are asked for.</summary>
    public static bool IsSoak => Environment.GetEnvironmentVariable("NOTIFY_SOAK") == "1";

    /// <summary>The seed of everything random; a new one for each run unless the environment names it.</summary>
    public static int Seed { get; } = Optional("NOTIFY_SEED") is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Random.Shared.Next();

    public static string NotificationsQueue => Optional("Queues__Notifications") ?? "payment-notifications";

    public static string OutcomesQueue => Optional("Queues__Outcomes") ?? "payment-notification-outcomes";

    public static string QuarantineContainer => Optional("Storage__QuarantineContainer") ?? "payment-notifications-quarantine";

    /// <summary>A variable that an external run needs.</summary>
    public static string Required(string name) => Optional(name)
        ?? throw new InvalidOperationException($"NOTIFY_HOST=external needs {name}: see the scenarios' README.md.");

    public static string? Optional(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The retry schedule and constants that an external host must have been started with.</summary>
    public static HostPolicy ExternalPolicy()
    {
        var defaults = new HostPolicy();
        return new HostPolicy
        {
            RetryDelays = ReadDelays(Required("NOTIFY_RETRY_DELAYS")),
            Jitter = Optional("Delivery__Jitter") is { } jitter ? double.Parse(jitter, CultureInfo.InvariantCulture) : defaults.Jitter,
            SetupFloor = Span("Delivery__SetupFloor", defaults.SetupFloor),
            SlowDownFloor = Span("Delivery__SlowDownFloor", defaults.SlowDownFloor),
            SlowDownCeiling = Span("Delivery__SlowDownCeiling", defaults.SlowDownCeiling),
            PostponeBase = Span("Delivery__PostponeBase", defaults.PostponeBase),
            PostponeCap = Span("Delivery__PostponeCap", defaults.PostponeCap),
            LimiterWait = Span("Delivery__LimiterWait", defaults.LimiterWait),
            PostponeLimit = Span("Delivery__PostponeLimit", defaults.PostponeLimit),
        };
    }

    private static TimeSpan[] ReadDelays(string text)
    {
        try
        {
            return [.. text.Split(',').Select(part => TimeSpan.FromSeconds(int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture)))];
        }
        catch (FormatException)
        {
            throw new InvalidOperationException("NOTIFY_RETRY_DELAYS must be whole seconds, separated by commas, such as 1,2,3,4.");
        }
    }

    private static TimeSpan Span(string name, TimeSpan other) =>
        Optional(name) is { } text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : other;
}
