namespace FunctionsNotify.App.Tests.Core;

public sealed class RetryScheduleTests
{
    private static readonly DeliveryPolicy _policy = new();

    private static TimeSpan Wait(int retry, AttemptResult last, TimeSpan previous = default) =>
        RetrySchedule.WaitBefore(_policy, "payment-1", retry, last, previous);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void WaitBefore_FirstTwoRetries_AreNotSpread(int retry, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Wait(retry, Given.Result(AttemptKind.Unknown)));

    [Fact]
    public void WaitBefore_NoFloor_GrowsStrictlyAndStaysWithinTheSpread()
    {
        foreach (var payment in Enumerable.Range(0, 500).Select(number => $"payment-{number}"))
        {
            var previous = TimeSpan.Zero;
            for (var retry = 1; retry <= _policy.RetryDelays.Length; retry++)
            {
                var wait = RetrySchedule.WaitBefore(_policy, payment, retry, Given.Result(AttemptKind.NoResult), previous);
                Assert.True(wait > previous);
                Assert.InRange(wait, _policy.RetryDelays[retry - 1], _policy.RetryDelays[retry - 1] * 1.1);
                previous = wait;
            }
        }
    }

    [Fact]
    public void WaitBefore_DelaysCloseToEachOther_AreSpreadNoFurtherThanTheNextDelay()
    {
        var delays = new[] { 1, 2, 100, 101, 103, 110 }.Select(seconds => TimeSpan.FromSeconds(seconds)).ToArray();
        var policy = new DeliveryPolicy { RetryDelays = [.. delays], Jitter = 0.5 };
        for (var retry = 3; retry < delays.Length; retry++)
        {
            var waits = Enumerable.Range(0, 200)
                .Select(number => RetrySchedule.WaitBefore(policy, $"payment-{number}", retry, Given.Result(AttemptKind.NoResult), TimeSpan.Zero))
                .ToList();
            Assert.All(waits, wait => Assert.InRange(wait, delays[retry - 1], delays[retry]));
            Assert.True(waits.Max() - waits.Min() > (delays[retry] - delays[retry - 1]) / 2);
        }
    }

    [Fact]
    public void WaitBefore_ManyPayments_AreSpread()
    {
        var waits = Enumerable.Range(0, 100)
            .Select(number => RetrySchedule.WaitBefore(_policy, $"payment-{number}", 10, Given.Result(AttemptKind.NoResult), TimeSpan.Zero))
            .ToHashSet();
        Assert.True(waits.Count > 90);
    }

    [Fact]
    public void WaitBefore_KnownPayment_IsTheSameOnEveryMachine() =>
        // Pinned: the spread is part of the compatibility surface, a replay must find the same wait.
        Assert.Equal(306542643, Wait(3, Given.Result(AttemptKind.NoResult)).Ticks);

    [Fact]
    public void WaitBefore_SetupRefusal_IsAtLeastThirtySeconds() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Wait(1, Given.Result(AttemptKind.SetupRejected)));

    [Theory]
    [InlineData(null, 30)]
    [InlineData(0, 30)]
    [InlineData(45, 45)]
    [InlineData(3600, 60)]
    public void WaitBefore_SlowDownEarly_FollowsRetryAfterWithinItsBounds(int? retryAfter, int seconds)
    {
        var last = Given.Result(AttemptKind.NoResult, slowDown: true, retryAfter: retryAfter is { } after ? TimeSpan.FromSeconds(after) : null);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Wait(1, last));
    }

    [Fact]
    public void WaitBefore_SlowDownLate_FollowsRetryAfterUpToTwiceTheDelay()
    {
        var last = Given.Result(AttemptKind.NoResult, slowDown: true, retryAfter: TimeSpan.FromDays(1));
        Assert.Equal(TimeSpan.FromHours(2), Wait(10, last));
    }

    [Fact]
    public void WaitBefore_LongerWaitBefore_NeverShrinks() =>
        Assert.Equal(TimeSpan.FromSeconds(59), Wait(3, Given.Result(AttemptKind.NoResult), TimeSpan.FromSeconds(59)));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void WaitBefore_NoSuchRetry_Throws(int retry) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Wait(retry, Given.Result(AttemptKind.NoResult)));

    [Theory]
    [InlineData(PostponeReason.BreakerOpen, 1, 30)]
    [InlineData(PostponeReason.BreakerOpen, 2, 60)]
    [InlineData(PostponeReason.BreakerOpen, 3, 120)]
    [InlineData(PostponeReason.BreakerOpen, 6, 900)]
    [InlineData(PostponeReason.BreakerOpen, 1000, 900)]
    [InlineData(PostponeReason.RecordUnread, 1, 5)]
    [InlineData(PostponeReason.RecordUnread, 2, 10)]
    [InlineData(PostponeReason.RecordUnread, 1000, 900)]
    public void WaitAfterPostponement_Again_DoublesUpToItsCap(PostponeReason reason, int inARow, int seconds)
    {
        var wait = RetrySchedule.WaitAfterPostponement(_policy, "payment-1", reason, inARow, inARow);
        Assert.InRange(wait, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds * 1.1));
    }

    [Fact]
    public void WaitAfterPostponement_LimiterFull_IsFlat() =>
        Assert.Equal(TimeSpan.FromSeconds(5), RetrySchedule.WaitAfterPostponement(_policy, "payment-1", PostponeReason.LimiterFull, 7, 9));

    [Theory]
    [InlineData(0, 20)]
    [InlineData(60, 20)]
    [InlineData(120, 40)]
    [InlineData(24 * 60, 480)]
    [InlineData(48 * 60, 900)]
    public void WaitWhilePaused_ForSoManyMinutes_LooksAgainAfterAHundredAndEightiethOfThePause(int minutes, int seconds)
    {
        var wait = RetrySchedule.WaitWhilePaused(_policy, "payment-1", TimeSpan.FromMinutes(minutes), 3);
        Assert.InRange(wait, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds * 1.1));
    }
}
