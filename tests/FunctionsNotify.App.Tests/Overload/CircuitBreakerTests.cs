namespace FunctionsNotify.App.Tests.Core;

public sealed class CircuitBreakerTests
{
    private readonly CircuitBreaker _breaker = new(new OverloadPolicy());
    private DateTimeOffset _now = Given.Start;

    private void Send(AttemptKind kind, int times, int payments, TimeSpan apart = default)
    {
        for (var number = 0; number < times; number++)
        {
            _now += apart;
            Assert.Equal(BreakerPass.Free, _breaker.Enter(_now));
            _breaker.Leave(_now, BreakerPass.Free, $"p-{number % payments}", kind);
            if (_breaker.StateAt(_now) != BreakerState.Closed)
            {
                return;
            }
        }
    }

    private void Open()
    {
        Send(AttemptKind.NoResult, 20, 10);
        Assert.Equal(BreakerState.Open, _breaker.StateAt(_now));
    }

    [Theory]
    [InlineData(AttemptKind.NoResult)]
    [InlineData(AttemptKind.SetupRejected)]
    public void Leave_TwentyFailuresOfTenPayments_Opens(AttemptKind kind)
    {
        Send(kind, 19, 10);
        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
        Send(kind, 1, 1);
        Assert.Equal(BreakerState.Open, _breaker.StateAt(_now));
        Assert.Equal(BreakerPass.Refused, _breaker.Enter(_now));
    }

    [Theory]
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.Rejected)]
    [InlineData(AttemptKind.NotSent)]
    [InlineData(AttemptKind.Acknowledged)]
    public void Leave_ManyAnswers_StaysClosed(AttemptKind kind)
    {
        Send(kind, 500, 100);
        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
    }

    [Fact]
    public void Leave_FailuresOfFewPayments_StaysClosed()
    {
        Send(AttemptKind.NoResult, 500, 9);
        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
    }

    [Fact]
    public void Leave_FailuresBelowTheShare_StaysClosed()
    {
        for (var round = 0; round < 50; round++)
        {
            Send(AttemptKind.Unknown, 3, 3);
            Send(AttemptKind.NoResult, 17, 17);
        }

        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
    }

    [Fact]
    public void Leave_FailuresSpreadBeyondTheWindow_StaysClosed()
    {
        Send(AttemptKind.NoResult, 200, 100, apart: TimeSpan.FromSeconds(4));
        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
    }

    [Fact]
    public void Enter_HalfOpen_LetsOneThroughAtATime()
    {
        Open();
        _now += TimeSpan.FromSeconds(30);
        Assert.Equal(BreakerState.HalfOpen, _breaker.StateAt(_now));
        Assert.Equal(BreakerPass.Probe, _breaker.Enter(_now));
        Assert.Equal(BreakerPass.Refused, _breaker.Enter(_now));
        _breaker.Leave(_now, BreakerPass.Probe, "p", null);
        Assert.Equal(BreakerPass.Probe, _breaker.Enter(_now));
    }

    [Fact]
    public void Leave_ProbeFails_OpensAgain()
    {
        Open();
        _now += TimeSpan.FromSeconds(30);
        _breaker.Leave(_now, _breaker.Enter(_now), "p", AttemptKind.NoResult);
        Assert.Equal(BreakerState.Open, _breaker.StateAt(_now));
        Assert.Equal(BreakerState.Open, _breaker.StateAt(_now + TimeSpan.FromSeconds(29)));
    }

    [Theory]
    [InlineData(AttemptKind.Acknowledged)]
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.Rejected)]
    public void Leave_ProbeIsAnswered_ClosesAndForgets(AttemptKind kind)
    {
        Open();
        _now += TimeSpan.FromSeconds(30);
        _breaker.Leave(_now, _breaker.Enter(_now), "p", kind);
        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
        Send(AttemptKind.NoResult, 19, 19);
        Assert.Equal(BreakerState.Closed, _breaker.StateAt(_now));
    }

    [Fact]
    public void Leave_LateFailureFromBeforeTheOutage_DoesNotEndTheProbe()
    {
        Open();
        _now += TimeSpan.FromSeconds(30);
        Assert.Equal(BreakerPass.Probe, _breaker.Enter(_now));
        _breaker.Leave(_now, BreakerPass.Free, "late", AttemptKind.NoResult);
        Assert.Equal(BreakerState.HalfOpen, _breaker.StateAt(_now));
        Assert.Equal(BreakerPass.Refused, _breaker.Enter(_now));
    }
}
