using System.Globalization;

namespace FunctionsNotify.Scenarios;

/// <summary>The retry schedule and constants that a host was started with, and that its health must report.</summary>
public sealed record HostPolicy
{
    /// <summary>The documented default.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
        [.. new[] { 1, 2, 30, 60, 120, 240, 480, 900, 1800, 3600, 7200, 10800, 14400, 18000, 21600 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    public double Jitter { get; init; } = 0.1;

    public TimeSpan SetupFloor { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowDownFloor { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowDownCeiling { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan PostponeBase { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan PostponeCap { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan LimiterWait { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan PostponeLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The first send and one for each retry.</summary>
    public int MaxAttempts => 1 + RetryDelays.Count;

    /// <summary>A policy of these whole seconds, its constants short enough for a run of minutes.</summary>
    public static HostPolicy OfSeconds(params int[] seconds) => new()
    {
        RetryDelays = [.. seconds.Select(each => TimeSpan.FromSeconds(each))],
        SetupFloor = TimeSpan.FromSeconds(3),
        SlowDownFloor = TimeSpan.FromSeconds(3),
        SlowDownCeiling = TimeSpan.FromSeconds(6),
    };

    /// <summary>Every difference to what a host reports, one line each; empty when it is the same.</summary>
    public IReadOnlyList<string> DifferencesTo(HostPolicy reported) =>
    [
        .. Difference(nameof(RetryDelays), string.Join(",", RetryDelays.Select(Text)), string.Join(",", reported.RetryDelays.Select(Text))),
        .. Difference(nameof(Jitter), Jitter.ToString(CultureInfo.InvariantCulture), reported.Jitter.ToString(CultureInfo.InvariantCulture)),
        .. Difference(nameof(SetupFloor), Text(SetupFloor), Text(reported.SetupFloor)),
        .. Difference(nameof(SlowDownFloor), Text(SlowDownFloor), Text(reported.SlowDownFloor)),
        .. Difference(nameof(SlowDownCeiling), Text(SlowDownCeiling), Text(reported.SlowDownCeiling)),
        .. Difference(nameof(PostponeBase), Text(PostponeBase), Text(reported.PostponeBase)),
        .. Difference(nameof(PostponeCap), Text(PostponeCap), Text(reported.PostponeCap)),
        .. Difference(nameof(LimiterWait), Text(LimiterWait), Text(reported.LimiterWait)),
        .. Difference(nameof(PostponeLimit), Text(PostponeLimit), Text(reported.PostponeLimit)),
    ];

    /// <summary>The settings, by their environment names, that start a host with this policy.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToEnvironment() =>
    [
        .. RetryDelays.Select((delay, index) => KeyValuePair.Create($"Delivery__RetryDelays__{index.ToString(CultureInfo.InvariantCulture)}", Text(delay))),
        new("Delivery__Jitter", Jitter.ToString(CultureInfo.InvariantCulture)),
        new("Delivery__SetupFloor", Text(SetupFloor)),
        new("Delivery__SlowDownFloor", Text(SlowDownFloor)),
        new("Delivery__SlowDownCeiling", Text(SlowDownCeiling)),
        new("Delivery__PostponeBase", Text(PostponeBase)),
        new("Delivery__PostponeCap", Text(PostponeCap)),
        new("Delivery__LimiterWait", Text(LimiterWait)),
        new("Delivery__PostponeLimit", Text(PostponeLimit)),
    ];

    private static IEnumerable<string> Difference(string name, string expected, string reported) =>
        expected == reported ? [] : [$"{name}: expected {expected}, the host reports {reported}"];

    private static string Text(TimeSpan span) => span.ToString("c", CultureInfo.InvariantCulture);
}
