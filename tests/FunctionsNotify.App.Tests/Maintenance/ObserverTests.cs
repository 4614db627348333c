using FunctionsNotify.App.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Maintenance;

[Collection(SharedAzurite.Name)]
public sealed class ObserverTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    [Fact]
    public async Task Observe_EverythingAnswers_IsCompleteAndTakesTheEarliestEndOfTheKey()
    {
        await _world.AcceptAsync("undecodable");
        await _world.RowAsync(await _world.ClaimAsync(), TimeSpan.FromMinutes(2));

        var observation = await ObserveAsync(new Key(null), new Key(Given.Start.AddDays(9)), new Key(Given.Start.AddDays(3)));

        Assert.Equal((Given.Start, 0, true), (observation.At, observation.Faults, observation.IsComplete));
        Assert.Equal([("notifications", 0), ("outcomes", 1), ("poison", 0)], observation.Queues!.Select(queue => (queue.Queue, queue.Depth)));
        Assert.Equal((new QuarantineStatistics(1, 0, true), 1), (observation.Quarantine, observation.Deliveries!.Open));
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromHours(1)), (observation.Deliveries.OverdueAt(Given.Start), observation.Deliveries.UnacknowledgedAt(Given.Start)));
        Assert.Equal(Given.Start.AddDays(3), observation.KeyExpiresAt);
    }

    [Theory]
    [InlineData("queues")]
    [InlineData("quarantine")]
    [InlineData("deliveries")]
    [InlineData("key")]
    public async Task Observe_OnePartFails_IsMissingAndTheOthersAreThere(string part)
    {
        (_world.Calls.UntilFault, _world.Calls.Lasts) = (0, true);
        _world.Calls.Only = call => part switch
        {
            "queues" => call.Contains("-poison", StringComparison.Ordinal),
            "quarantine" => call.Contains("comp=list&", StringComparison.Ordinal) || call.Contains("restype=container", StringComparison.Ordinal),
            "deliveries" => call.Contains("()", StringComparison.Ordinal),
            _ => false,
        };

        var observation = await ObserveAsync(new Key(Given.Start, () => Throw(part == "key")), new Key(Given.Start.AddDays(9)));

        Assert.Equal((1, false), (observation.Faults, observation.IsComplete));
        Assert.Equal(
            (part == "queues", part == "quarantine", part == "deliveries", part == "key" ? Given.Start.AddDays(9) : Given.Start),
            (observation.Queues is null, observation.Quarantine is null, observation.Deliveries is null, observation.KeyExpiresAt));
    }

    [Fact]
    public async Task Observe_Stopped_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Observer().ObserveAsync(new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(-5, 5)]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    public void OverdueAt_DueTime_IsNeverNegative(int dueAfterSeconds, int expectedSeconds) => Assert.Equal(
        TimeSpan.FromSeconds(expectedSeconds), new DeliveryStatistics(1, Given.Start.AddSeconds(dueAfterSeconds), true).OverdueAt(Given.Start));

    private static void Throw(bool fails)
    {
        if (fails)
        {
            throw new InfrastructureException();
        }
    }

    private Observer Observer(params IKeyExpiry[] keys) => new(_world.Queues, _world.Quarantine, _world.Index, keys, _world.Time, NullLogger<Observer>.Instance);

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
