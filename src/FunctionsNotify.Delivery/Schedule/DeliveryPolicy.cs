using System.Collections.Immutable;
using System.Globalization;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// The retry schedule and the constants of the wait rules. It travels inside a delivery's input, so that a changed
/// configuration never touches deliveries in flight. <c>[decided]</c>
/// </summary>
public sealed record DeliveryPolicy
{
    /// <summary>The most entries that a retry schedule may have.</summary>
    public const int MaxRetries = 30;

    /// <summary>Within this time of the first attempt's end the first one or two retries must be due. <c>[guide]</c></summary>
    public static readonly TimeSpan FirstRetriesWithin = TimeSpan.FromSeconds(5);

    /// <summary>The longest single delay that is allowed: storage queues and timers are no calendar.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    /// <summary>
    /// The delays of the retries, each from the end of the attempt before it. The default has 15 entries, about 22 h in
    /// all: the guide names the first ones and the count, the rest is ours. <c>[guide]</c> <c>[decided]</c>
    /// </summary>
    public ImmutableArray<TimeSpan> RetryDelays { get; init; } =
    [
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(4),
        TimeSpan.FromMinutes(8),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(3),
        TimeSpan.FromHours(4),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(6),
    ];

    /// <summary>The largest part of a delay that is added to spread retries from the third on, 0 to 0.5. <c>[decided]</c></summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>The least wait after a set-up refusal. <c>[decided]</c></summary>
    public TimeSpan SetupFloor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The least wait after an answer that asked us to slow down. <c>[decided]</c></summary>
    public TimeSpan SlowDownFloor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A Retry-After is followed up to this, or twice the ladder's delay if that is longer. <c>[decided]</c></summary>
    public TimeSpan SlowDownCeiling { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The first wait after a postponement; doubles with each further one in a row. <c>[decided]</c></summary>
    public TimeSpan PostponeBase { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait after a postponement, before its spread. <c>[decided]</c></summary>
    public TimeSpan PostponeCap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The flat wait after this instance's own limiter was full. <c>[decided]</c></summary>
    public TimeSpan LimiterWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Postponed for this long in total, a delivery counts further postponements as attempts, so that it ends. <c>[decided]</c></summary>
    public TimeSpan PostponeLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The attempts that a delivery may make: the first send and one for each retry.</summary>
    public int MaxAttempts => 1 + RetryDelays.Length;

    /// <summary>Every rule that this policy breaks, one line each, named by its environment setting; empty when it is sound.</summary>
    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        if (RetryDelays.IsDefault || RetryDelays.Length is < 1 or > MaxRetries)
        {
            found.Add($"Delivery__RetryDelays: must have 1 to {MaxRetries} entries, has {(RetryDelays.IsDefault ? 0 : RetryDelays.Length)}");
        }
        else
        {
            CheckLadder(found);
        }

        if (double.IsNaN(Jitter) || Jitter is < 0 or > 0.5)
        {
            found.Add("Delivery__Jitter: must be a number from 0 to 0.5");
        }

        CheckPositive(found, SetupFloor, nameof(SetupFloor));
        CheckPositive(found, SlowDownFloor, nameof(SlowDownFloor));
        CheckPositive(found, PostponeBase, nameof(PostponeBase));
        CheckPositive(found, LimiterWait, nameof(LimiterWait));
        CheckPositive(found, PostponeLimit, nameof(PostponeLimit));
        CheckNotBelow(found, SlowDownCeiling, nameof(SlowDownCeiling), SlowDownFloor, nameof(SlowDownFloor));
        CheckNotBelow(found, PostponeCap, nameof(PostponeCap), PostponeBase, nameof(PostponeBase));
        return found;
    }

    /// <summary>The same policy with every duration divided, for demonstrations and tests on one machine.</summary>
    /// <param name="speed">How many times faster; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="speed"/> is less than 1 or not a number.</exception>
    public DeliveryPolicy DividedBy(double speed)
    {
        if (double.IsNaN(speed) || double.IsInfinity(speed) || speed < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "must be a number of at least 1");
        }

        return this with
        {
            RetryDelays = [.. RetryDelays.Select(delay => delay / speed)],
            SetupFloor = SetupFloor / speed,
            SlowDownFloor = SlowDownFloor / speed,
            SlowDownCeiling = SlowDownCeiling / speed,
            PostponeBase = PostponeBase / speed,
            PostponeCap = PostponeCap / speed,
            LimiterWait = LimiterWait / speed,
            PostponeLimit = PostponeLimit / speed,
        };
    }

    private void CheckLadder(List<string> found)
    {
        for (var index = 0; index < RetryDelays.Length; index++)
        {
            var delay = RetryDelays[index];
            if (delay <= TimeSpan.Zero || delay > LongestDelay)
            {
                found.Add($"Delivery__RetryDelays__{Text(index)}: must be longer than 0 and at most {LongestDelay.TotalDays:0} days, is {delay:c}");
            }
            else if (index > 0 && delay <= RetryDelays[index - 1])
            {
                found.Add($"Delivery__RetryDelays__{Text(index)}: must be longer than the entry before it, {RetryDelays[index - 1]:c}, is {delay:c}");
            }
        }

        if (RetryDelays[0] > FirstRetriesWithin)
        {
            found.Add($"Delivery__RetryDelays__0: must be at most {FirstRetriesWithin.TotalSeconds:0} s, is {RetryDelays[0]:c}");
        }
    }

    private static void CheckPositive(List<string> found, TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > LongestDelay)
        {
            found.Add($"Delivery__{name}: must be longer than 0 and at most {LongestDelay.TotalDays:0} days, is {value:c}");
        }
    }

    private static void CheckNotBelow(List<string> found, TimeSpan value, string name, TimeSpan least, string leastName)
    {
        if (value < least || value > LongestDelay)
        {
            found.Add($"Delivery__{name}: must be at least Delivery__{leastName}, {least:c}, and at most {LongestDelay.TotalDays:0} days, is {value:c}");
        }
    }

    private static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);
}
