using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

internal static class RetrySchedule
{
    private const int RetriesWithoutJitter = 2;

    private const double PostponeJitter = 0.1;

    // While sending is paused a delivery looks again every 20 s, after an hour after this part of the pause, so that a
    // long one does not fill its history.
    public static readonly TimeSpan PauseWait = TimeSpan.FromSeconds(20);

    private const int LooksPerPause = 180;

    // The wait before retry retry: the schedule's delay with its jitter, the floor that the last answer set, and the wait
    // before the retry before it, whichever is longest. Waits never shrink.
    public static TimeSpan WaitBefore(DeliveryPolicy policy, string paymentId, int retry, AttemptResult last, TimeSpan previousWait)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retry, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(retry, policy.RetryDelays.Length);

        var delay = policy.RetryDelays[retry - 1];
        var jitter = retry <= RetriesWithoutJitter ? TimeSpan.Zero : Jitter.Of(delay, JitterLimit(policy, retry), paymentId, "retry", retry);
        return Longest(delay + jitter, Longest(Floor(policy, retry, last), previousWait));
    }

    public static TimeSpan WaitAfterPostponement(DeliveryPolicy policy, string paymentId, PostponeReason reason, int inARow, int number)
    {
        if (reason == PostponeReason.LimiterFull)
        {
            return policy.LimiterWait;
        }

        // Storage is seldom away for long, and the first retries are to be quick.
        var wait = reason == PostponeReason.RecordUnread && policy.LimiterWait < policy.PostponeBase ? policy.LimiterWait : policy.PostponeBase;
        for (var doubling = 1; doubling < inARow && wait < policy.PostponeCap; doubling++)
        {
            wait += wait;
        }

        wait = wait < policy.PostponeCap ? wait : policy.PostponeCap;
        return wait + Jitter.Of(wait, PostponeJitter, paymentId, "postponed", number);
    }

    public static TimeSpan WaitWhilePaused(DeliveryPolicy policy, string paymentId, TimeSpan pausedFor, int number)
    {
        var share = pausedFor / LooksPerPause;
        var wait = Longest(PauseWait, share < policy.PostponeCap ? share : policy.PostponeCap);
        return wait + Jitter.Of(wait, PostponeJitter, paymentId, "postponed", number);
    }

    private static double JitterLimit(DeliveryPolicy policy, int retry)
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

// Lengthens waits a little, so that many payments do not come due together. Computed from the payment and the place in its record,
// in whole numbers only, so that a replay on any machine gives the same wait.
internal static class Jitter
{
    private const long PartsPerMillion = 1_000_000;

    public static TimeSpan Of(TimeSpan delay, double limit, string paymentId, string place, int number)
    {
        var parts = (long)Math.Floor(Math.Clamp(limit, 0, 1) * PartsPerMillion);
        var key = string.Create(CultureInfo.InvariantCulture, $"{paymentId}:{place}:{number}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var fraction = BinaryPrimitives.ReadUInt32BigEndian(hash);
        return TimeSpan.FromTicks((long)((Int128)delay.Ticks * parts * fraction / ((Int128)PartsPerMillion << 32)));
    }
}
