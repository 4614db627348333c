using Azure.Storage.Queues;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class QueueStatisticsReaderTests(AzuriteFixture azurite)
{
    private readonly QueueServiceClient _service = StorageClients.Queues(new StorageConnectionOptions { ConnectionString = azurite.ConnectionString });
    private readonly string _name = AzuriteFixture.NewName("q");

    private QueueClient Notifications => _service.GetQueueClient(_name);

    private QueueClient Outcomes => _service.GetQueueClient(_name + "-out");

    private QueueClient Poison => _service.GetQueueClient(PoisonMessages.NameOf(_name));

    [Fact]
    public async Task ReadAsync_NoQueueWasEverMade_AreThreeEmptyOnes() => Assert.Equal(
        [new QueueStatistics("notifications", 0, null), new QueueStatistics("outcomes", 0, null), new QueueStatistics("poison", 0, null)],
        await ReadAsync(TimeProvider.System));

    [Fact]
    public async Task ReadAsync_MessagesWait_TellsTheirNumberAndTheFirstOnesAgeAndTakesNone()
    {
        await Notifications.CreateAsync();
        await Outcomes.CreateAsync();
        var first = (await Notifications.SendMessageAsync("one")).Value;
        await Notifications.SendMessageAsync("two");
        await Notifications.SendMessageAsync("three");
        var clock = new FakeTimeProvider(first.InsertionTime.AddMinutes(7));

        var read = await ReadAsync(clock);
        Assert.Equal(new QueueStatistics("notifications", 3, TimeSpan.FromMinutes(7)), read[0]);
        Assert.Equal(new QueueStatistics("outcomes", 0, null), read[1]);

        Assert.Equal(3, (await Notifications.ReceiveMessagesAsync(32)).Value.Length);
        // Handed out and not deleted: the service counts them and shows none.
        Assert.Equal(new QueueStatistics("notifications", 3, null), (await ReadAsync(clock))[0]);
    }

    [Fact]
    public async Task ReadAsync_OurClockIsBehindTheServices_NoAgeIsNegative()
    {
        await Poison.CreateAsync();
        var sent = (await Poison.SendMessageAsync("one")).Value;

        var read = await ReadAsync(new FakeTimeProvider(sent.InsertionTime.AddSeconds(-3)));

        Assert.Equal(new QueueStatistics("poison", 1, TimeSpan.Zero), read[2]);
    }

    private Task<IReadOnlyList<QueueStatistics>> ReadAsync(TimeProvider time) =>
        new QueueStatisticsReader(new NotificationQueues(Notifications, Outcomes), Poison, time).ReadAsync(CancellationToken.None);
}
