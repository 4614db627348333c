using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class QueuesTests(AzuriteFixture azurite) : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    private static readonly MessageOutcome Outcome = new()
    {
        PaymentId = "p-1 \uFFFE\uFFFF 支付 <&>\r\n",
        State = MessageState.Invalid,
        MessageId = "m-1",
        InsertedAt = Given.AcceptedAt,
        Reasons = [new Violation("paymentId", "is required", Severity.Refuse, "missing")],
        QuarantineId = "20260304/1-m-1.json",
    };

    private readonly Measurements _measured = new();
    private QueueClient _notifications = null!;
    private QueueClient _outcomes = null!;
    private QueueClient _poison = null!;

    public Task InitializeAsync()
    {
        var (service, name) = (TableFixture.Queues(azurite), AzuriteFixture.NewName("q"));
        (_notifications, _outcomes, _poison) = (service.GetQueueClient(name), service.GetQueueClient(name + "-out"), service.GetQueueClient(name + "-poison"));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _measured.Dispose();

    [Theory]
    [InlineData(OutcomeEncoding.None)]
    [InlineData(OutcomeEncoding.Base64)]
    public async Task Publish_EachEncoding_GivesTheOutcomesBytesNeverExpiresAndIsCounted(OutcomeEncoding encoding)
    {
        await _outcomes.CreateAsync();

        await Queues(encoding: encoding).PublishAsync(Outcome, default);

        var message = Assert.Single((await _outcomes.ReceiveMessagesAsync(maxMessages: 2)).Value);
        var bytes = encoding == OutcomeEncoding.None ? message.Body.ToArray() : Convert.FromBase64String(message.Body.ToString());
        Assert.Equal(Encoding.UTF8.GetString(OutcomeWriter.Write(Outcome)), Encoding.UTF8.GetString(bytes));
        Assert.Equal(Outcome.PaymentId, JsonSerializer.Deserialize<Outcome>(bytes, DeliveryJson.Options)!.PaymentId);
        Assert.Equal(9999, message.ExpiresOn!.Value.Year);
        Assert.Equal(["state=Invalid,cause=Message: 1"], _measured.Of(TelemetryNames.Instruments.Outcomes));
    }

    [Fact]
    public async Task Publish_NoQueue_ThrowsAndCountsNothing()
    {
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => Queues().PublishAsync(Outcome, default));

        Assert.Empty(_measured.All);
    }

    [Fact]
    public async Task Publish_LargestOutcomeInBase64_FitsTheQueue()
    {
        await _outcomes.CreateAsync();
        var reasons = Enumerable.Range(0, 700).Select(_ => Outcome.Reasons[0]);

        await Queues(encoding: OutcomeEncoding.Base64).PublishAsync(Outcome with { Reasons = [.. reasons] }, default);

        Assert.Single((await _outcomes.PeekMessagesAsync(maxMessages: 2)).Value);
    }

    [Theory]
    [InlineData("{\"a\":\"ü ✓ <&>\"}\n\t ", true)]
    [InlineData("{\r\n}", false)]
    [InlineData("\0\u0001", false)]
    [InlineData("\uffff", false)]
    public Task SendNotification_AnyText_ArrivesWithItsBytesOrTheirBase64AndNeverExpires(string text, bool isPlain) =>
        AssertArrivesAsync(Encoding.UTF8.GetBytes(text), isPlain);

    [Fact]
    public Task SendNotification_BytesThatAreNoText_ArriveInBase64() => AssertArrivesAsync([0xFF, 0xFE, 0x00], isPlain: false);

    [Theory]
    [InlineData(65_536, 'a', true)]
    [InlineData(65_537, 'a', false)]
    [InlineData(49_152, '\r', true)]
    [InlineData(49_153, '\r', false)]
    public void FitsNotification_LimitOfTheQueue_CountsTheEncoding(int length, char filling, bool fits) =>
        Assert.Equal(fits, App.Queues.FitsNotification(Encoding.ASCII.GetBytes(new string(filling, length))));

    [Fact]
    public async Task ReceivePoison_QueueWasNeverMade_IsEmpty() => Assert.Empty(await Queues().ReceivePoisonAsync(32, Lease, default));

    [Fact]
    public async Task ReceivePoison_Message_HasItsBytesAndIsInvisibleUntilItIsPutBack()
    {
        await _poison.CreateAsync();
        var sent = (await _poison.SendMessageAsync("ü {not json", visibilityTimeout: null, Never)).Value;
        var queues = Queues();

        var message = Assert.Single(await queues.ReceivePoisonAsync(32, Lease, default));

        Assert.Equal((sent.MessageId, 1, true, false), (message.Data.MessageId, message.Data.DequeueCount, message.Data.FromPoisonQueue, message.Expires));
        Assert.Equal(sent.InsertionTime, message.Data.InsertedAt);
        Assert.Equal("ü {not json"u8.ToArray(), message.Data.Content.ToArray());
        Assert.Empty(await queues.ReceivePoisonAsync(32, Lease, default));

        await queues.PutBackPoisonAsync(message, TimeSpan.Zero, default);
        var again = Assert.Single(await queues.ReceivePoisonAsync(32, Lease, default));
        Assert.Equal(2, again.Data.DequeueCount);
        Assert.Equal("ü {not json"u8.ToArray(), again.Data.Content.ToArray());

        await queues.DeletePoisonAsync(again, default);
        Assert.Equal(0, (await _poison.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task MakePoisonLasting_TheHostsCopy_IsReplacedByOneThatNeverExpires()
    {
        await _poison.CreateAsync();
        await _poison.SendMessageAsync("a copy of the Functions host, for 7 days");
        var queues = Queues();
        var expiring = Assert.Single(await queues.ReceivePoisonAsync(32, Lease, default));
        Assert.True(expiring.Expires);

        await queues.MakePoisonLastingAsync(expiring, default);

        var lasting = Assert.Single(await queues.ReceivePoisonAsync(32, Lease, default));
        Assert.False(lasting.Expires);
        Assert.Equal(expiring.Data.Content.ToArray(), lasting.Data.Content.ToArray());
    }

    [Fact]
    public async Task Count_NoQueueWasEverMade_AreThreeEmptyOnes() => Assert.Equal(
        [new QueueStatistics("notifications", 0, null), new QueueStatistics("outcomes", 0, null), new QueueStatistics("poison", 0, null)],
        await Queues().CountAsync(default));

    [Theory]
    [InlineData(420, 420)]
    [InlineData(-3, 0)]
    public async Task Count_MessagesWait_TellsTheirNumberAndTheFirstOnesAgeAndTakesNone(int clockAhead, int age)
    {
        await _notifications.CreateAsync();
        var first = (await _notifications.SendMessageAsync("one")).Value;
        await _notifications.SendMessageAsync("two");
        var queues = Queues(new FakeTimeProvider(first.InsertionTime.AddSeconds(clockAhead)));

        Assert.Equal(new QueueStatistics("notifications", 2, TimeSpan.FromSeconds(age)), (await queues.CountAsync(default))[0]);

        Assert.Equal(2, (await _notifications.ReceiveMessagesAsync(32)).Value.Length);
        // Handed out and not deleted: the service counts them and shows none.
        Assert.Equal(new QueueStatistics("notifications", 2, null), (await queues.CountAsync(default))[0]);
    }

    private async Task AssertArrivesAsync(byte[] bytes, bool isPlain)
    {
        await _notifications.CreateAsync();

        var id = await Queues().SendNotificationAsync(bytes, default);

        var message = (await _notifications.ReceiveMessageAsync()).Value;
        Assert.Equal((id, 9999), (message.MessageId, message.ExpiresOn!.Value.Year));
        Assert.Equal(bytes, isPlain ? message.Body.ToArray() : Convert.FromBase64String(message.Body.ToString()));
    }

    private Queues Queues(TimeProvider? time = null, OutcomeEncoding encoding = OutcomeEncoding.None) =>
        new(_notifications, _outcomes, _poison, encoding, new Metrics(_measured.Meters, TimeProvider.System), time ?? TimeProvider.System);
}
