using System.Text;
using Azure.Storage.Queues;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class NotificationSenderTests(AzuriteFixture azurite)
{
    private readonly QueueClient _queue = StorageClients.Queues(new StorageConnectionOptions { ConnectionString = azurite.ConnectionString })
        .GetQueueClient(AzuriteFixture.NewName("q"));

    [Theory]
    [InlineData("{\"a\":\"ü ✓ <&>\"}\n\t ", true)]
    [InlineData("{\r\n}", false)]
    [InlineData("\0\u0001", false)]
    [InlineData("\uffff", false)]
    public async Task Send_AnyText_ArrivesWithItsBytesOrTheirBase64AndNeverExpires(string text, bool isPlain)
    {
        await AssertArrivesAsync(Encoding.UTF8.GetBytes(text), isPlain);
    }

    [Fact]
    public async Task Send_BytesThatAreNoText_ArriveInBase64() => await AssertArrivesAsync([0xFF, 0xFE, 0x00], isPlain: false);

    [Fact]
    public void Fits_LimitOfTheQueue_CountsTheEncoding()
    {
        var sender = new NotificationSender(_queue);

        Assert.True(sender.Fits(Filled(65_536, (byte)'a')));
        Assert.False(sender.Fits(Filled(65_537, (byte)'a')));
        Assert.True(sender.Fits(Filled(49_152, (byte)'\r')));
        Assert.False(sender.Fits(Filled(49_153, (byte)'\r')));
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    private async Task AssertArrivesAsync(byte[] bytes, bool isPlain)
    {
        await _queue.CreateAsync();

        var id = await new NotificationSender(_queue).SendAsync(bytes, default);

        var message = (await _queue.ReceiveMessageAsync()).Value;
        Assert.Equal((id, 9999), (message.MessageId, message.ExpiresOn!.Value.Year));
        Assert.Equal(bytes, isPlain ? message.Body.ToArray() : Convert.FromBase64String(message.Body.ToString()));
    }
}
