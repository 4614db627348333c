using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Core;

public sealed class GuardedSenderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Mock<INotifyPushPaymentClient> _client = new();
    private readonly Measurements _measured = new();

    public void Dispose() => _measured.Dispose();

    [Fact]
    public async Task SendAsync_Outage_OpensPostponesAndHealsByAProbe()
    {
        using var sender = Sender();
        await SendAsync(sender, AttemptKind.NoResult, times: 20);

        Assert.Equal(BreakerState.Open, sender.Breaker);
        var held = await SendAsync(sender, AttemptKind.Acknowledged);
        Assert.Equal((AttemptKind.Postponed, PostponeReason.BreakerOpen), (held.Kind, held.PostponeReason!.Value));
        _client.Verify(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()), Times.Exactly(20));

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(AttemptKind.Acknowledged, (await SendAsync(sender, AttemptKind.Acknowledged)).Kind);
        Assert.Equal(BreakerState.Closed, sender.Breaker);
    }

    [Theory]
    [InlineData(AttemptKind.NoResult)]
    [InlineData(AttemptKind.SetupRejected)]
    [InlineData(AttemptKind.NotSent)]
    public async Task SendAsync_ProbeWithoutAnAnswer_OpensAgain(AttemptKind kind)
    {
        using var sender = Sender();
        await SendAsync(sender, AttemptKind.SetupRejected, times: 20);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(kind, (await SendAsync(sender, kind)).Kind);

        Assert.Equal(AttemptKind.Postponed, (await SendAsync(sender, AttemptKind.Acknowledged)).Kind);
    }

    [Fact]
    public async Task SendAsync_OneProbeAtATime_TheOthersArePostponed()
    {
        using var sender = Sender();
        await SendAsync(sender, AttemptKind.NoResult, times: 20);
        _time.Advance(TimeSpan.FromSeconds(30));
        var pending = new TaskCompletionSource<AttemptResult>();
        Answers(() => pending.Task);

        var probe = sender.SendAsync(default, CancellationToken.None);
        await Eventually.BecomesTrueAsync(() => sender.Breaker == BreakerState.HalfOpen, Eventually.Soon, "the probe");
        Assert.Equal(PostponeReason.BreakerOpen, (await sender.SendAsync(default, CancellationToken.None)).PostponeReason);

        pending.SetResult(Given.Result(AttemptKind.Unknown));
        Assert.Equal(AttemptKind.Unknown, (await probe).Kind);
        Assert.Equal(BreakerState.Closed, sender.Breaker);
    }

    // Among twenty failures one answer in ten still opens it; what never reached the network counts neither way.
    [Theory]
    [InlineData(AttemptKind.NotSent, BreakerState.Open)]
    [InlineData(AttemptKind.Postponed, BreakerState.Open)]
    [InlineData(AttemptKind.Unknown, BreakerState.Closed)]
    [InlineData(AttemptKind.Rejected, BreakerState.Closed)]
    public async Task SendAsync_BesideFailures_WhatNeverReachedTheNetworkCountsNeitherWay(AttemptKind kind, BreakerState expected)
    {
        using var sender = Sender();
        await SendAsync(sender, kind, times: 40);
        await SendAsync(sender, AttemptKind.NoResult, times: 20);

        Assert.Equal(expected, sender.Breaker);
    }

    [Fact]
    public async Task SendAsync_OnlyNotSent_NeverOpens()
    {
        using var sender = Sender();
        await SendAsync(sender, AttemptKind.NotSent, times: 100);

        Assert.Equal(BreakerState.Closed, sender.Breaker);
    }

    [Theory]
    [InlineData(-26)]
    [InlineData(26)]
    public async Task SendAsync_ClockIsSetWhileOpen_HealsAfterTheSamePause(int hours)
    {
        var clock = new SetClock(_time);
        using var sender = Sender(clock: clock);
        await SendAsync(sender, AttemptKind.NoResult, times: 20);

        clock.Set(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(AttemptKind.Postponed, (await SendAsync(sender, AttemptKind.Acknowledged)).Kind);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AttemptKind.Acknowledged, (await SendAsync(sender, AttemptKind.Acknowledged)).Kind);
    }

    [Fact]
    public async Task SendAsync_SendRateUsedUp_Postpones()
    {
        // One in ten seconds: no machine is so busy that a second one comes due meanwhile.
        using var sender = Sender(new OverloadPolicy { MaxSendsPerSecond = 0.1 });

        Assert.Equal(AttemptKind.Acknowledged, (await SendAsync(sender, AttemptKind.Acknowledged)).Kind);
        var held = await SendAsync(sender, AttemptKind.Acknowledged);

        Assert.Equal((AttemptKind.Postponed, PostponeReason.LimiterFull), (held.Kind, held.PostponeReason!.Value));
    }

    [Fact]
    public async Task SendAsync_HostStops_ThrowsAndCountsNothing()
    {
        using var sender = Sender();
        Answers(() => Task.FromException<AttemptResult>(new OperationCanceledException()));
        for (var number = 0; number < 30; number++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => sender.SendAsync(default, CancellationToken.None));
        }

        Assert.Equal(BreakerState.Closed, sender.Breaker);
    }

    private GuardedSender Sender(OverloadPolicy? policy = null, TimeProvider? clock = null) =>
        Senders.New(_client.Object, policy ?? new OverloadPolicy(), new Metrics(_measured.Meters, _time), clock ?? _time);

    private void Answers(Func<Task<AttemptResult>> answer) =>
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).Returns(answer);

    private async Task<AttemptResult> SendAsync(GuardedSender sender, AttemptKind kind, int times = 1)
    {
        Answers(() => Task.FromResult(Given.Result(kind)));
        AttemptResult? last = null;
        for (var number = 0; number < times; number++)
        {
            last = await sender.SendAsync(default, CancellationToken.None);
        }

        return last!;
    }
}
