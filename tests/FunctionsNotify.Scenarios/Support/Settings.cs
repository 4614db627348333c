using System.Globalization;

namespace FunctionsNotify.Scenarios;

/// <summary>The app's settings by their environment names: the one place of this suite that knows them.</summary>
internal static class Setting
{
    public const string Storage = "AzureWebJobsStorage";
    public const string PaymentsStorage = "PaymentsStorage";
    public const string TaskHub = "TaskHub";
    public const string NotificationsQueue = "NotificationsQueue";
    public const string OutcomesQueue = "OutcomesQueue";
    public const string Table = "Storage__Table";
    public const string QuarantineContainer = "Storage__QuarantineContainer";
    public const string BaseUrl = "AlipayPlus__BaseUrl";
    public const string ClientId = "AlipayPlus__ClientId";
    public const string KeyVersion = "AlipayPlus__KeyVersion";
    public const string PrivateKey = "AlipayPlus__PrivateKey";
    public const string PrivateKeyPath = "AlipayPlus__PrivateKeyPath";
    public const string PublicKeys = "AlipayPlus__PublicKeys__";
    public const string PublicKeysPath = "AlipayPlus__PublicKeysPath";
    public const string RequestTimeout = "AlipayPlus__RequestTimeout";
    public const string RetryDelays = "Delivery__RetryDelays__";
    public const string Jitter = "Delivery__Jitter";
    public const string SetupFloor = "Delivery__SetupFloor";
    public const string SlowDownFloor = "Delivery__SlowDownFloor";
    public const string SlowDownCeiling = "Delivery__SlowDownCeiling";

    /// <summary>No setting but an option of the development host: shortens the queue trigger's lease of ten minutes, which the platform fixes.</summary>
    public const string ShortLeases = "--short-leases";

    /// <summary>A value of host.json.</summary>
    public static string Extension(string path) => $"AzureFunctionsJobHost__extensions__{path}";

    /// <summary>A function that is not to run.</summary>
    public static string Disabled(string function) => $"AzureWebJobs.{function}.Disabled";
}

/// <summary>What the environment asks of the suite.</summary>
internal static class ScenarioSettings
{
    /// <summary>Marks this run's payments, so that other runs and other traffic on the same host do not disturb.</summary>
    public static string RunId { get; } = "r" + Guid.NewGuid().ToString("N")[..9];

    public static bool IsExternal => Optional("NOTIFY_HOST") == "external";

    public static bool IsSoak => Optional("NOTIFY_SOAK") == "1";

    /// <summary>The seed of everything random; a new one for each run unless the environment names it.</summary>
    public static int Seed { get; } = Optional("NOTIFY_SEED") is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Random.Shared.Next();

    public static string Required(string name) => Optional(name)
        ?? throw new InvalidOperationException($"NOTIFY_HOST=external needs {name}: see the scenarios' README.md.");

    public static string? Optional(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>The retry schedule and the constants that a scenario waits for, as a host was started with them and its health reports them.</summary>
public sealed record HostPolicy
{
    public required IReadOnlyList<TimeSpan> RetryDelays { get; init; }

    public TimeSpan SetupFloor { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowDownFloor { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowDownCeiling { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The first send and one for each retry.</summary>
    public int MaxAttempts => 1 + RetryDelays.Count;

    /// <summary>A policy of these seconds, its constants short enough for a run of minutes.</summary>
    public static HostPolicy OfSeconds(params double[] seconds) => new()
    {
        RetryDelays = [.. seconds.Select(TimeSpan.FromSeconds)],
        SetupFloor = TimeSpan.FromSeconds(3),
        SlowDownFloor = TimeSpan.FromSeconds(3),
        SlowDownCeiling = TimeSpan.FromSeconds(6),
    };

    /// <summary>What an external host must have been started with.</summary>
    public static HostPolicy OfEnvironment()
    {
        var delays = ScenarioSettings.Required("NOTIFY_RETRY_DELAYS").Split(',')
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : throw new InvalidOperationException("NOTIFY_RETRY_DELAYS must be whole seconds, separated by commas, such as 1,2,3,4."));
        var policy = new HostPolicy { RetryDelays = [.. delays] };
        return policy with
        {
            SetupFloor = Span(Setting.SetupFloor, policy.SetupFloor),
            SlowDownFloor = Span(Setting.SlowDownFloor, policy.SlowDownFloor),
            SlowDownCeiling = Span(Setting.SlowDownCeiling, policy.SlowDownCeiling),
        };
    }

    /// <summary>Every difference to what a host reports, one line each; empty when it is the same.</summary>
    public IReadOnlyList<string> DifferencesTo(HostPolicy reported) =>
        [.. ToSettings().Except(reported.ToSettings()).Select(each => $"{each.Key}: expected {each.Value}"), .. reported.ToSettings().Except(ToSettings()).Select(each => $"{each.Key}: the host reports {each.Value}")];

    /// <summary>The settings that start a host with this policy.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToSettings() =>
    [
        .. RetryDelays.Select((delay, index) => KeyValuePair.Create(Setting.RetryDelays + index.ToString(CultureInfo.InvariantCulture), Text(delay))),
        new(Setting.SetupFloor, Text(SetupFloor)),
        new(Setting.SlowDownFloor, Text(SlowDownFloor)),
        new(Setting.SlowDownCeiling, Text(SlowDownCeiling)),
    ];

    private static TimeSpan Span(string name, TimeSpan other) =>
        ScenarioSettings.Optional(name) is { } text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : other;

    private static string Text(TimeSpan span) => span.ToString("c", CultureInfo.InvariantCulture);
}
