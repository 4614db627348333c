using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Core;

public sealed class GuardedSenderTests
{
    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Mock<INotifyPushPaymentClient> _client = new();

    private GuardedSender Sender(OverloadPolicy? policy = null) => new(_client.Object, policy ?? new OverloadPolicy(), _time, NullLogger<GuardedSender>.Instance);

    private void Answers(Func<Task<AttemptResult>> answer) =>
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).Returns(answer);

    private static Task<AttemptResult> SendAsync(GuardedSender sender, string paymentId) => sender.SendAsync(paymentId, default, CancellationToken.None);

    [Fact]
    public async Task SendAsync_Outage_OpensPostponesAndHealsByAProbe()
    {
        Answers(() => Task.FromResult(Given.Result(AttemptKind.NoResult)));
        var sender = Sender();
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(AttemptKind.NoResult, (await SendAsync(sender, $"p-{number}")).Kind);
        }

        Assert.Equal(BreakerState.Open, sender.Breaker);
        var held = await SendAsync(sender, "p-20");
        Assert.Equal((AttemptKind.Postponed, PostponeReason.BreakerOpen), (held.Kind, held.PostponeReason!.Value));
        _client.Verify(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()), Times.Exactly(20));

        Answers(() => Task.FromResult(Given.Result(AttemptKind.Acknowledged)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(AttemptKind.Acknowledged, (await SendAsync(sender, "p-20")).Kind);
        Assert.Equal(BreakerState.Closed, sender.Breaker);
    }

    [Theory]
    [InlineData(-26)]
    [InlineData(26)]
    public async Task SendAsync_ClockIsSetWhileOpen_HealsAfterTheSamePause(int hours)
    {
        Answers(() => Task.FromResult(Given.Result(AttemptKind.NoResult)));
        var clock = new SetClock(_time);
        var sender = new GuardedSender(_client.Object, new OverloadPolicy(), clock, NullLogger<GuardedSender>.Instance);
        for (var number = 0; number < 20; number++)
        {
            await SendAsync(sender, $"p-{number}");
        }

        clock.Set(TimeSpan.FromHours(hours));
        Assert.Equal(BreakerState.Open, sender.Breaker);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(BreakerState.Open, sender.Breaker);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(BreakerState.HalfOpen, sender.Breaker);
    }

    [Fact]
    public async Task SendAsync_LimiterFullTooLong_Postpones()
    {
        var pending = new TaskCompletionSource<AttemptResult>();
        Answers(() => pending.Task);
        var sender = Sender(new OverloadPolicy { MaxConcurrentSends = 1 });
        var first = SendAsync(sender, "p-1");
        var second = SendAsync(sender, "p-2");
        for (var step = 0; step < 200 && !second.IsCompleted; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(25));
        }

        var held = await second.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(PostponeReason.LimiterFull, held.PostponeReason);
        Assert.False(first.IsCompleted);

        pending.SetResult(Given.Result(AttemptKind.Acknowledged));
        await first;
        Assert.Equal(AttemptKind.Acknowledged, (await SendAsync(sender, "p-2")).Kind);
    }

    [Fact]
    public async Task SendAsync_ClientThrows_GivesItsPlaceBack()
    {
        Answers(() => throw new OperationCanceledException());
        var sender = Sender(new OverloadPolicy { MaxConcurrentSends = 1 });
        await Assert.ThrowsAsync<OperationCanceledException>(() => SendAsync(sender, "p-1"));
        Answers(() => Task.FromResult(Given.Result(AttemptKind.Acknowledged)));
        Assert.Equal(AttemptKind.Acknowledged, (await SendAsync(sender, "p-1")).Kind);
    }

    [Fact]
    public void Violations_Default_None() => Assert.Empty(new OverloadPolicy().Violations());

    [Fact]
    public void Violations_EveryRuleBroken_NamesEverySetting()
    {
        var policy = new OverloadPolicy
        {
            MaxConcurrentSends = 0,
            MaxSendsPerSecond = double.NaN,
            LimiterPatience = TimeSpan.FromSeconds(-1),
            BreakerWindow = TimeSpan.Zero,
            BreakerMinSends = 0,
            BreakerMinPayments = 0,
            BreakerFailureShare = double.NaN,
            BreakerPause = TimeSpan.Zero,
        };
        Assert.Equal(8, policy.Violations().Count);
        Assert.All(policy.Violations(), line => Assert.StartsWith("Overload__", line, StringComparison.Ordinal));
    }
}
