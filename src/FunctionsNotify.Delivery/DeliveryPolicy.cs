using System.Collections.Immutable;
using System.Globalization;

namespace FunctionsNotify.Deliveries;

// The retry schedule and the constants of the wait rules. It travels inside a delivery's input, so that a changed
// configuration never touches deliveries in flight.
internal sealed record DeliveryPolicy
{
    public const int MaxRetries = 30;

    public static readonly TimeSpan FirstRetriesWithin = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    // The delays of the retries, each from the end of the attempt before it. The default has 15 entries, about 22 h in
    // all: the guide names the first ones and the count, the rest is ours.
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

    public double Jitter { get; init; } = 0.1;

    public TimeSpan SetupFloor { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowDownFloor { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan SlowDownCeiling { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan PostponeBase { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan PostponeCap { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan LimiterWait { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan PostponeLimit { get; init; } = TimeSpan.FromHours(24);

    public int MaxAttempts => 1 + RetryDelays.Length;

    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        if (RetryDelays.IsDefault || RetryDelays.Length is < 1 or > MaxRetries)
        {
            found.Add($"Delivery__RetryDelays: must have 1 to {MaxRetries} entries, has {(RetryDelays.IsDefault ? 0 : RetryDelays.Length)}");
        }
        else
        {
            CheckSchedule(found);
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

    private void CheckSchedule(List<string> found)
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
