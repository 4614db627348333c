namespace FunctionsNotify.App;

// The limits of this instance towards Alipay+, Overload__…. Every limit is per instance, never global.
internal sealed record OverloadPolicy
{
    public const string Section = "Overload";

    public int MaxConcurrentSends { get; init; } = 100;

    public double? MaxSendsPerSecond { get; init; }

    public TimeSpan LimiterPatience { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(60);

    public int BreakerMinSends { get; init; } = 20;

    public int BreakerMinPayments { get; init; } = 10;

    public double BreakerFailureShare { get; init; } = 0.9;

    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(30);

    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        Check(found, MaxConcurrentSends is >= 1 and <= 10_000, nameof(MaxConcurrentSends), "must be from 1 to 10000");
        Check(found, MaxSendsPerSecond is null or (>= 0.1 and <= 100_000), nameof(MaxSendsPerSecond), "must be from 0.1 to 100000, or not set");
        Check(found, LimiterPatience >= TimeSpan.Zero && LimiterPatience <= TimeSpan.FromMinutes(1), nameof(LimiterPatience), "must be from 0 to 1 minute");
        Check(found, BreakerWindow >= TimeSpan.FromSeconds(1) && BreakerWindow <= TimeSpan.FromHours(1), nameof(BreakerWindow), "must be from 1 second to 1 hour");
        Check(found, BreakerMinSends >= 1, nameof(BreakerMinSends), "must be at least 1");
        Check(found, BreakerMinPayments is >= 1 and <= 1000, nameof(BreakerMinPayments), "must be from 1 to 1000");
        Check(found, BreakerFailureShare is > 0 and <= 1, nameof(BreakerFailureShare), "must be above 0 and at most 1");
        Check(found, BreakerPause > TimeSpan.Zero && BreakerPause <= TimeSpan.FromHours(1), nameof(BreakerPause), "must be longer than 0 and at most 1 hour");
        return found;
    }

    private static void Check(List<string> found, bool holds, string name, string rule)
    {
        if (!holds)
        {
            found.Add($"{Section}__{name}: {rule}");
        }
    }
}
