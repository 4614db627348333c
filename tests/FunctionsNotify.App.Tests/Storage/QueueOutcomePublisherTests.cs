using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class QueueOutcomePublisherTests(AzuriteFixture azurite)
{
    private static readonly MessageOutcome Outcome = new()
    {
        PaymentId = "p-1 \uFFFE\uFFFF 支付 <&>\r\n",
        State = MessageState.Invalid,
        MessageId = "m-1",
        InsertedAt = Given.AcceptedAt,
        Reasons = [new Violation("paymentId", "is required [guide]", Severity.Refuse, "missing")],
        QuarantineId = "20260304/1-m-1.json",
    };

    [Theory]
    [InlineData(OutcomeEncoding.None)]
    [InlineData(OutcomeEncoding.Base64)]
    public async Task PublishAsync_EachEncoding_GivesTheOutcomesBytesAndNeverExpires(OutcomeEncoding encoding)
    {
        var queue = await NewQueueAsync();

        await new QueueOutcomePublisher(queue, encoding).PublishAsync(Outcome, default);

        var message = Assert.Single((await queue.ReceiveMessagesAsync(maxMessages: 2)).Value);
        var bytes = encoding == OutcomeEncoding.None ? message.Body.ToArray() : Convert.FromBase64String(message.Body.ToString());
        Assert.Equal(Encoding.UTF8.GetString(OutcomeWriter.Write(Outcome)), Encoding.UTF8.GetString(bytes));
        Assert.Equal(Outcome.PaymentId, JsonSerializer.Deserialize<Outcome>(bytes, DeliveryJson.Options)!.PaymentId);
        Assert.True(message.ExpiresOn > DateTimeOffset.UtcNow.AddYears(100), $"expires {message.ExpiresOn}");
    }

    [Fact]
    public async Task PublishAsync_LargestOutcomeInBase64_FitsTheQueue()
    {
        var queue = await NewQueueAsync();
        var reasons = Enumerable.Range(0, 700).Select(_ => Outcome.Reasons[0]);

        await new QueueOutcomePublisher(queue, OutcomeEncoding.Base64).PublishAsync(Outcome with { Reasons = [.. reasons] }, default);

        Assert.Single((await queue.PeekMessagesAsync(maxMessages: 2)).Value);
    }

    private async Task<QueueClient> NewQueueAsync()
    {
        var queue = StorageClients.Queues(new StorageConnectionOptions { ConnectionString = azurite.ConnectionString })
            .GetQueueClient(AzuriteFixture.NewName("q"));
        await queue.CreateAsync();
        return queue;
    }
}
