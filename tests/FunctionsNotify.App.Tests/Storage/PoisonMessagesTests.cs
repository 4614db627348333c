using Azure.Storage.Queues;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class PoisonMessagesTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = StorageClients.Queues(new StorageConnectionOptions { ConnectionString = azurite.ConnectionString })
        .GetQueueClient(PoisonMessages.NameOf(AzuriteFixture.NewName("q")));

    [Fact]
    public async Task Receive_QueueWasNeverMade_IsEmpty()
    {
        Assert.EndsWith("-poison", _queue.Name, StringComparison.Ordinal);
        Assert.Empty(await new PoisonMessages(_queue).ReceiveAsync(32, Lease, default));
    }

    [Fact]
    public async Task Receive_Message_HasItsBytesAndIsInvisibleUntilItIsPutBack()
    {
        await _queue.CreateAsync();
        var sent = (await _queue.SendMessageAsync("ü {not json", visibilityTimeout: null, Never)).Value;
        var poison = new PoisonMessages(_queue);

        var message = Assert.Single(await poison.ReceiveAsync(32, Lease, default));

        Assert.Equal((sent.MessageId, 1, true, false), (message.Data.MessageId, message.Data.DequeueCount, message.Data.FromPoisonQueue, message.Expires));
        Assert.Equal(sent.InsertionTime, message.Data.InsertedAt);
        Assert.Equal("ü {not json"u8.ToArray(), message.Data.Content.ToArray());
        Assert.Empty(await poison.ReceiveAsync(32, Lease, default));

        await poison.PutBackAsync(message, TimeSpan.Zero, default);
        var again = Assert.Single(await poison.ReceiveAsync(32, Lease, default));
        Assert.Equal(2, again.Data.DequeueCount);
        Assert.Equal("ü {not json"u8.ToArray(), again.Data.Content.ToArray());

        await poison.DeleteAsync(again, default);
        Assert.Equal(0, (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task MakeLasting_TheHostsCopy_IsReplacedByOneThatNeverExpires()
    {
        await _queue.CreateAsync();
        await _queue.SendMessageAsync("a copy of the Functions host, for 7 days");
        var poison = new PoisonMessages(_queue);
        var expiring = Assert.Single(await poison.ReceiveAsync(32, Lease, default));
        Assert.True(expiring.Expires);

        await poison.MakeLastingAsync(expiring, default);

        var lasting = Assert.Single(await poison.ReceiveAsync(32, Lease, default));
        Assert.False(lasting.Expires);
        Assert.Equal(expiring.Data.Content.ToArray(), lasting.Data.Content.ToArray());
        Assert.Equal(1, (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }
}
