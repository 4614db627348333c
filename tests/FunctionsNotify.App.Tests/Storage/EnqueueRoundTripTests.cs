using System.Diagnostics;
using System.Text;
using Azure.Storage.Queues;
using FunctionsNotify.Client;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>What a backend enqueues is what the codec finds, over a real queue.</summary>
[Collection(SharedAzurite.Name)]
public sealed class EnqueueRoundTripTests(AzuriteFixture azurite)
{
    public static TheoryData<string, QueueMessageEncoding> Bodies
    {
        get
        {
            var data = new TheoryData<string, QueueMessageEncoding>();
            string[] bodies =
            [
                Encoding.UTF8.GetString(Given.Body),
                """{"paymentId":"p","paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"x":"<&>'\"\\ 😀 \u0000"}""",
                "{\r\n\t\"paymentId\":\"p\",\r\n\"paymentResult\":{\"resultStatus\":\"F\",\"resultCode\":\"RISK_REJECT\"}\r}",
                "{\"paymentId\":\"p\",\"paymentResult\":{\"resultStatus\":\"F\",\"resultCode\":\"RISK_REJECT\"},\"x\":\"\uFFFE\uFFFF\u0085\u2028\"}",
            ];
            foreach (var body in bodies)
            {
                data.Add(body, QueueMessageEncoding.None);
                data.Add(body, QueueMessageEncoding.Base64);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task EnqueueAsync_AnyBody_ArrivesByteForByteAndNeverExpires(string text, QueueMessageEncoding encoding)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var name = AzuriteFixture.NewName("q");
        var client = new QueueClient(azurite.ConnectionString, name, new QueueClientOptions { MessageEncoding = encoding });
        await client.CreateAsync();
        using var activity = new Activity("backend").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";

        var receipt = await new PaymentNotificationQueue(client, new PaymentNotificationQueueOptions { ClientEncoding = encoding }).EnqueueAsync(body);

        var message = Assert.Single((await new QueueClient(azurite.ConnectionString, name).ReceiveMessagesAsync(maxMessages: 2)).Value);
        var decoded = MessageCodec.Decode(message.Body.ToMemory());
        Assert.Empty(decoded.Violations);
        Assert.Equal(text, Encoding.UTF8.GetString(decoded.Notification!.Value.Span));
        Assert.Equal((activity.Id, "vendor=1"), (decoded.TraceParent, decoded.TraceState));
        Assert.Equal(message.MessageId, receipt.MessageId);
        Assert.True(message.ExpiresOn > DateTimeOffset.UtcNow.AddYears(100), $"expires {message.ExpiresOn}");
    }

    [Fact]
    public async Task EnqueueAsync_EncodingNotNamed_StillArrivesByteForByte()
    {
        var name = AzuriteFixture.NewName("q");
        var client = new QueueClient(azurite.ConnectionString, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await client.CreateAsync();
        var body = "{\r\"paymentId\":\"p\",\"paymentResult\":{\"resultStatus\":\"F\",\"resultCode\":\"RISK_REJECT\"}}"u8.ToArray();

        await new PaymentNotificationQueue(client).EnqueueAsync(body);

        var message = Assert.Single((await new QueueClient(azurite.ConnectionString, name).ReceiveMessagesAsync(maxMessages: 2)).Value);
        Assert.Equal(body, MessageCodec.Decode(message.Body.ToMemory()).Notification!.Value.ToArray());
    }

    [Fact]
    public async Task EnqueueAsync_LargestMessageThatIsAllowed_IsTakenByTheQueue()
    {
        var queue = new PaymentNotificationQueue(azurite.ConnectionString, AzuriteFixture.NewName("q"), createIfMissing: true);
        var overhead = NotificationEnvelope.Write(Body(0), activity: null).Length;

        await queue.EnqueueAsync(Body(NotificationEnvelope.MaxMessageBytes - overhead));
        await Assert.ThrowsAsync<InvalidPaymentNotificationException>(() => queue.EnqueueAsync(Body(NotificationEnvelope.MaxMessageBytes - overhead + 1)));

        static byte[] Body(int length) => Encoding.UTF8.GetBytes(
            $$$"""{"paymentId":"p","paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"x":"{{{new string('a', length)}}}y"}""");
    }

    [Fact]
    public async Task EnqueueAsync_QueueMissing_IsCreatedOnlyOnRequest()
    {
        var name = AzuriteFixture.NewName("q");
        var notification = new PaymentNotification
        {
            PaymentId = "p",
            PaymentResult = new PaymentResult { ResultStatus = "F", ResultCode = "RISK_REJECT" },
        };

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => new PaymentNotificationQueue(azurite.ConnectionString, name).EnqueueAsync(notification));
        var receipt = await new PaymentNotificationQueue(azurite.ConnectionString, name, createIfMissing: true).EnqueueAsync(notification);

        Assert.Equal("p", receipt.PaymentId);
    }
}
