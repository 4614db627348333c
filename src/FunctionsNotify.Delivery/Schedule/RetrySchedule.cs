using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

internal static class RetrySchedule
{
    private const int UnspreadRetries = 2;

    private const double PostponeSpread = 0.1;

    // The wait before retry retry: the ladder's delay with its spread, the floor that the last answer set, and the wait
    // before the retry before it, whichever is longest. Waits never shrink.
    public static TimeSpan WaitBefore(DeliveryPolicy policy, string paymentId, int retry, AttemptResult last, TimeSpan previousWait)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(last);
        ArgumentOutOfRangeException.ThrowIfLessThan(retry, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(retry, policy.RetryDelays.Length);

        var delay = policy.RetryDelays[retry - 1];
        var spread = retry <= UnspreadRetries ? TimeSpan.Zero : Spread.Of(delay, SpreadLimit(policy, retry), paymentId, "retry", retry);
        return Longest(delay + spread, Longest(Floor(policy, retry, last), previousWait));
    }

    public static TimeSpan WaitAfterPostponement(DeliveryPolicy policy, string paymentId, PostponeReason reason, int inARow, int number)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (reason == PostponeReason.LimiterFull)
        {
            return policy.LimiterWait;
        }

        var wait = policy.PostponeBase;
        for (var doubling = 1; doubling < inARow && wait < policy.PostponeCap; doubling++)
        {
            wait += wait;
        }

        wait = wait < policy.PostponeCap ? wait : policy.PostponeCap;
        return wait + Spread.Of(wait, PostponeSpread, paymentId, "postponed", number);
    }

    public static TimeSpan LongestPostponement(DeliveryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Longest(policy.LimiterWait, policy.PostponeCap * (1 + PostponeSpread));
    }

    private static double SpreadLimit(DeliveryPolicy policy, int retry)
    {
        if (retry == policy.RetryDelays.Length)
        {
            return policy.Jitter;
        }

        var growth = ((double)policy.RetryDelays[retry].Ticks / policy.RetryDelays[retry - 1].Ticks) - 1;
        return Math.Min(policy.Jitter, growth);
    }

    private static TimeSpan Floor(DeliveryPolicy policy, int retry, AttemptResult last)
    {
        var floor = last.Kind == AttemptKind.SetupRejected ? policy.SetupFloor : TimeSpan.Zero;
        if (!last.SlowDown)
        {
            return floor;
        }

        var ceiling = Longest(policy.SlowDownCeiling, 2 * policy.RetryDelays[retry - 1]);
        var asked = Longest(last.RetryAfter ?? policy.SlowDownFloor, policy.SlowDownFloor);
        return Longest(floor, asked < ceiling ? asked : ceiling);
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
