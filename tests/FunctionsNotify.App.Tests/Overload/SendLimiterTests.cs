namespace FunctionsNotify.App.Tests.Core;

public sealed class SendLimiterTests
{
    private static readonly AttemptResult _fine = Given.Result(AttemptKind.Acknowledged);
    private static readonly AttemptResult _slow = Given.Result(AttemptKind.NoResult, slowDown: true);
    private DateTimeOffset _now = Given.Start;

    /// <summary>Sends as fast as the limiter lets it for a while; each send ends at once.</summary>
    private int Sends(SendLimiter limiter, TimeSpan during, AttemptResult result)
    {
        var sends = 0;
        var end = _now + during;
        for (; _now < end; _now += TimeSpan.FromMilliseconds(1))
        {
            if (limiter.TryEnter(_now))
            {
                sends++;
                limiter.Leave(_now, result);
            }
        }

        return sends;
    }

    [Fact]
    public void TryEnter_AllInFlight_RefusesUntilOneLeaves()
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxConcurrentSends = 2 });
        Assert.True(limiter.TryEnter(_now));
        Assert.True(limiter.TryEnter(_now));
        Assert.False(limiter.TryEnter(_now));
        limiter.Leave(_now, _fine);
        Assert.True(limiter.TryEnter(_now));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(5)]
    [InlineData(50)]
    public void TryEnter_RateLimit_HoldsOverTime(double rate)
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxSendsPerSecond = rate });
        Assert.InRange(Sends(limiter, TimeSpan.FromSeconds(60), _fine), (rate * 60) - 1, (rate * 61) + 1);
    }

    [Fact]
    public void TryEnter_NoLimit_NeverRefuses() =>
        Assert.Equal(5000, Sends(new SendLimiter(new OverloadPolicy()), TimeSpan.FromSeconds(5), _fine));

    [Fact]
    public void Leave_SlowDown_HalvesTheInstancesRateAndItGrowsBack()
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxSendsPerSecond = 100 });
        Sends(limiter, TimeSpan.FromSeconds(5), _fine);
        _now += TimeSpan.FromMilliseconds(100);
        Assert.True(limiter.TryEnter(_now));
        limiter.Leave(_now, _slow);
        Assert.InRange(limiter.Rate!.Value, 40, 60);

        Sends(limiter, TimeSpan.FromSeconds(10), _fine);

        Assert.Equal(100, limiter.Rate);
    }

    [Fact]
    public void Leave_SlowDownWithoutALimit_LimitsAndThenFreesTheInstance()
    {
        var limiter = new SendLimiter(new OverloadPolicy());
        Sends(limiter, TimeSpan.FromSeconds(5), _fine);
        Assert.True(limiter.TryEnter(_now));
        limiter.Leave(_now, _slow);
        Assert.InRange(limiter.Rate!.Value, 400, 600);

        _now += TimeSpan.FromSeconds(120);
        Sends(limiter, TimeSpan.FromSeconds(120), _fine);

        Assert.Null(limiter.Rate);
    }

    [Fact]
    public void Leave_ManySlowDownsOfOneSecond_HalveOnce()
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxSendsPerSecond = 100 });
        Sends(limiter, TimeSpan.FromSeconds(5), _fine);
        _now += TimeSpan.FromMilliseconds(500);
        var slowDowns = 0;
        for (; limiter.TryEnter(_now); slowDowns++)
        {
            limiter.Leave(_now, _slow);
        }

        Assert.InRange(slowDowns, 2, 60);

        // Half of what was really sent, 67 to 100 a second; halved twice it would be 25 at most.
        Assert.InRange(limiter.Rate!.Value, 26, 60);
    }

    [Fact]
    public void Leave_SlowDownsForAMinute_StillSendsFiveASecond()
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxSendsPerSecond = 100 });
        Sends(limiter, TimeSpan.FromSeconds(30), _slow);
        Assert.InRange(Sends(limiter, TimeSpan.FromSeconds(60), _slow), 250, 400);
    }

    [Fact]
    public void TryEnter_ClockSetBack_GoesOn()
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxSendsPerSecond = 10 });
        Sends(limiter, TimeSpan.FromSeconds(2), _fine);
        _now -= TimeSpan.FromHours(1);
        Assert.InRange(Sends(limiter, TimeSpan.FromSeconds(10), _fine), 80, 120);
    }

    [Fact]
    public void TryEnter_LeapToTheFuture_GivesNoFlood()
    {
        var limiter = new SendLimiter(new OverloadPolicy { MaxSendsPerSecond = 10 });
        Sends(limiter, TimeSpan.FromSeconds(2), _fine);
        _now += TimeSpan.FromDays(3000);
        Assert.InRange(Sends(limiter, TimeSpan.FromSeconds(10), _fine), 90, 121);
    }
}
