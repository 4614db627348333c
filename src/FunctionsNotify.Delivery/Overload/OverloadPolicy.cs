namespace FunctionsNotify.Deliveries;

/// <summary>The limits of this instance towards Alipay+, <c>Overload__…</c>. Every limit is per instance, never global. <c>[decided]</c></summary>
public sealed record OverloadPolicy
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Overload";

    /// <summary>The most sends in flight at a time.</summary>
    public int MaxConcurrentSends { get; init; } = 100;

    /// <summary>The most sends per second; null for no limit but the one that a slow-down answer sets.</summary>
    public double? MaxSendsPerSecond { get; init; }

    /// <summary>How long a send may wait for its turn before it is postponed.</summary>
    public TimeSpan LimiterPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time over which the breaker counts.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The fewest sends within the window that can open the breaker.</summary>
    public int BreakerMinSends { get; init; } = 20;

    /// <summary>The fewest payments within the window that can open the breaker: one payment's retries are no outage.</summary>
    public int BreakerMinPayments { get; init; } = 10;

    /// <summary>The share of failed sends that opens the breaker, above 0 and up to 1.</summary>
    public double BreakerFailureShare { get; init; } = 0.9;

    /// <summary>How long the breaker stays open before it lets one send through.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every rule that this policy breaks, one line each, named by its environment setting; empty when it is sound.</summary>
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
