using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Core;

public sealed class ObserverTests : IQueueStatistics, IQuarantineStatistics, IDeliveryStatistics
{
    private static readonly DeliveryStatistics Some = new(7, Given.Start.AddMinutes(-2), IsComplete: true);

    private readonly InMemoryHost _host = new();
    private readonly HashSet<string> _failing = [];
    private QuarantineStatistics _quarantine = new(2, 1, IsComplete: true);

    [Fact]
    public async Task Observe_EverythingAnswers_IsCompleteAndTakesTheEarliestEndOfTheKey()
    {
        var observation = await ObserveAsync(new Key(null), new Key(Given.Start.AddDays(9)), new Key(Given.Start.AddDays(3)));

        Assert.Equal((Given.Start, 0, true), (observation.At, observation.Faults, observation.IsComplete));
        Assert.Equal(("notifications", 4), (observation.Queues![0].Queue, observation.Queues[0].Depth));
        Assert.Equal((_quarantine, Some), (observation.Quarantine, observation.Deliveries));
        Assert.Equal(Given.Start.AddDays(3), observation.KeyExpiresAt);
        Assert.Equal(TimeSpan.FromMinutes(2), observation.Deliveries!.OverdueAt(observation.At));
    }

    [Theory]
    [InlineData("queues")]
    [InlineData("quarantine")]
    [InlineData("deliveries")]
    [InlineData("key")]
    public async Task Observe_OnePartFails_IsMissingAndTheOthersAreThere(string part)
    {
        _failing.Add(part);

        var observation = await ObserveAsync(new Key(Given.Start, () => Fail("key")), new Key(Given.Start.AddDays(9)));

        Assert.Equal((1, false), (observation.Faults, observation.IsComplete));
        Assert.Equal(
            (part == "queues", part == "quarantine", part == "deliveries", part == "key" ? Given.Start.AddDays(9) : Given.Start),
            (observation.Queues is null, observation.Quarantine is null, observation.Deliveries is null, observation.KeyExpiresAt));
    }

    [Fact]
    public async Task Observe_NoKeyIsKnown_SaysSoAndIsComplete()
    {
        var observation = await ObserveAsync();

        Assert.Equal((null, true), (observation.KeyExpiresAt, observation.IsComplete));
    }

    [Fact]
    public async Task Observe_ABoundWasReached_IsNotComplete()
    {
        _quarantine = _quarantine with { IsComplete = false };

        Assert.False((await ObserveAsync()).IsComplete);
    }

    [Fact]
    public async Task Observe_Stopped_Throws()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        _failing.Add("stop");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Observer().ObserveAsync(stop.Token));
    }

    [Theory]
    [InlineData(-5, 5)]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    public void OverdueAt_DueTime_IsNeverNegative(int dueAfterSeconds, int expectedSeconds) => Assert.Equal(
        TimeSpan.FromSeconds(expectedSeconds), new DeliveryStatistics(1, Given.Start.AddSeconds(dueAfterSeconds), true).OverdueAt(Given.Start));

    Task<IReadOnlyList<QueueStatistics>> IQueueStatistics.ReadAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<QueueStatistics>>("queues", [new QueueStatistics("notifications", 4, TimeSpan.FromSeconds(5))], cancellationToken);

    Task<QuarantineStatistics> IQuarantineStatistics.CountWaitingAsync(CancellationToken cancellationToken) => Answer("quarantine", _quarantine, cancellationToken);

    Task<DeliveryStatistics> IDeliveryStatistics.ReadAsync(DateTimeOffset now, CancellationToken cancellationToken) => Answer("deliveries", Some, cancellationToken);

    private async Task<T> Answer<T>(string part, T value, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (_failing.Contains("stop"))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        Fail(part);
        return value;
    }

    private void Fail(string part)
    {
        if (_failing.Contains(part))
        {
            throw new IOException("away");
        }
    }

    private Observer Observer(params IKeyExpiry[] keys) => new(this, this, this, keys, _host.Time, NullLogger<Observer>.Instance);

    private Task<Observation> ObserveAsync(params IKeyExpiry[] keys) => Observer(keys).ObserveAsync(CancellationToken.None);

    private sealed class Key(DateTimeOffset? end, Action? before = null) : IKeyExpiry
    {
        public ValueTask<DateTimeOffset?> GetAsync(CancellationToken cancellationToken)
        {
            before?.Invoke();
            return ValueTask.FromResult(end);
        }
    }
}
