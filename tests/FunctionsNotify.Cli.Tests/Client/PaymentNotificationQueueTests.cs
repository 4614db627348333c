using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Client;
using Moq;

namespace FunctionsNotify.Cli.Tests;

public sealed class PaymentNotificationQueueTests
{
    private static readonly PaymentNotification Success = new()
    {
        PaymentId = "pay-1",
        PaymentRequestId = "req-1",
        PaymentTime = "2026-03-04T05:06:07+08:30",
        PaymentResult = new PaymentResult { ResultStatus = "S", ResultCode = "SUCCESS" },
    };

    private readonly Mock<QueueClient> _client = new(MockBehavior.Strict);
    private readonly List<(string Text, TimeSpan? Visibility, TimeSpan? TimeToLive)> _sent = [];

    public PaymentNotificationQueueTests() => _client
        .Setup(client => client.SendMessageAsync(It.IsAny<string>(), It.IsAny<TimeSpan?>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
        .Callback((string text, TimeSpan? visibility, TimeSpan? timeToLive, CancellationToken _) => _sent.Add((text, visibility, timeToLive)))
        .ReturnsAsync(Response.FromValue(QueuesModelFactory.SendReceipt("m-1", default, default, "pop", default), Mock.Of<Response>()));

    [Fact]
    public async Task EnqueueAsync_Notification_SendsTheEnvelopeAndNeverExpires()
    {
        var receipt = await Queue().EnqueueAsync(Success);

        var (text, visibility, timeToLive) = Assert.Single(_sent);
        Assert.Equal(
            """{"functionsNotify":1,"notification":{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"pay-1","paymentRequestId":"req-1","paymentTime":"2026-03-04T05:06:07+08:30"}}""",
            text);
        Assert.Null(visibility);
        Assert.Equal(TimeSpan.FromSeconds(-1), timeToLive);
        Assert.Equal(("m-1", "pay-1"), (receipt.MessageId, receipt.PaymentId));
        Assert.Empty(receipt.Warnings);
    }

    [Fact]
    public async Task EnqueueAsync_RawBytes_AreSentAsTheyAre()
    {
        var body = """{ "paymentId" : "pay-1","paymentResult":{"resultCode":"RISK_REJECT","resultStatus":"F"} ,"extra":["1",{"ü":"\u00fc"}]}""";

        await Queue().EnqueueAsync(Encoding.UTF8.GetBytes(body));

        Assert.Equal("{\"functionsNotify\":1,\"notification\":" + body + "}", Assert.Single(_sent).Text);
    }

    [Fact]
    public async Task EnqueueAsync_RefusedNotification_ThrowsEveryRefusalAndSendsNothing()
    {
        var bad = Success with { PaymentId = string.Empty, PaymentRequestId = null, PaymentTime = "yesterday" };

        var fault = await Assert.ThrowsAsync<InvalidPaymentNotificationException>(() => Queue().EnqueueAsync(bad));

        Assert.Equal(["paymentId", "paymentRequestId", "paymentTime"], fault.Refusals.Select(violation => violation.Field));
        Assert.All(fault.Refusals, violation => Assert.Contains(violation.ToString(), fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("yesterday", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_sent);
    }

    [Fact]
    public async Task EnqueueAsync_OnlyWarnings_SendsAndReturnsThem()
    {
        var receipt = await Queue().EnqueueAsync(Success with { PaymentTime = null });

        Assert.Equal("paymentTime", Assert.Single(receipt.Warnings).Field);
        Assert.Single(_sent);
    }

    [Fact]
    public async Task EnqueueAsync_HalfASurrogatePair_Refuses()
    {
        var fault = await Assert.ThrowsAsync<InvalidPaymentNotificationException>(() => Queue().EnqueueAsync(Success with { PaymentId = "a\ud800" }));

        Assert.Equal("paymentId holds half a surrogate pair", Assert.Single(fault.Refusals).Shape);
    }

    [Fact]
    public async Task EnqueueAsync_ByteOrderMark_Refuses() =>
        await Assert.ThrowsAsync<InvalidPaymentNotificationException>(() => Queue().EnqueueAsync((byte[])[0xEF, 0xBB, 0xBF, .. NotificationWriter.Write(Success)]));

    [Fact]
    public async Task EnqueueAsync_CurrentActivity_CarriesItsTrace()
    {
        using var activity = new Activity("backend").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=\"1\"";

        await Queue().EnqueueAsync(Success);

        using var sent = JsonDocument.Parse(Assert.Single(_sent).Text);
        Assert.Equal(activity.Id, sent.RootElement.GetProperty("traceparent").GetString());
        Assert.Equal("vendor=\"1\"", sent.RootElement.GetProperty("tracestate").GetString());
    }

    [Fact]
    public async Task EnqueueAsync_SomebodyListens_TheMessageCarriesItsOwnSpanUnderTheCallers()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans);
        using var activity = new Activity("backend").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Queue().EnqueueAsync(Success);

        var span = Assert.Single(spans, each => each.TraceId == activity.TraceId);
        Assert.Equal(("notify.enqueue", ActivityKind.Producer, activity.SpanId), (span.OperationName, span.Kind, span.ParentSpanId));
        Assert.Equal(("pay-1", ActivityStatusCode.Unset), (span.GetTagItem("notify.payment_id"), span.Status));
        using var sent = JsonDocument.Parse(Assert.Single(_sent).Text);
        Assert.Equal(span.Id, sent.RootElement.GetProperty("traceparent").GetString());
        Assert.Same(activity, Activity.Current);
    }

    [Fact]
    public async Task EnqueueAsync_QueueIsAway_ItsSpanSaysSo()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans);
        using var activity = new Activity("backend").SetIdFormat(ActivityIdFormat.W3C).Start();
        _client.Setup(client => client.SendMessageAsync(It.IsAny<string>(), It.IsAny<TimeSpan?>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new RequestFailedException("a secret"));

        await Assert.ThrowsAsync<RequestFailedException>(() => Queue().EnqueueAsync(Success));

        var span = Assert.Single(spans, each => each.TraceId == activity.TraceId);
        Assert.Equal((ActivityStatusCode.Error, nameof(RequestFailedException)), (span.Status, span.StatusDescription));
    }

    [Fact]
    public async Task EnqueueAsync_ActivityThatIsNotW3C_CarriesNoTrace()
    {
        using var activity = new Activity("backend").SetIdFormat(ActivityIdFormat.Hierarchical).Start();

        await Queue().EnqueueAsync(Success);

        Assert.DoesNotContain("traceparent", Assert.Single(_sent).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(QueueMessageEncoding.None, 65_536, true)]
    [InlineData(QueueMessageEncoding.None, 65_537, false)]
    [InlineData(QueueMessageEncoding.Base64, 49_152, true)]
    [InlineData(QueueMessageEncoding.Base64, 49_153, false)]
    public async Task EnqueueAsync_AtTheSizeLimit_RefusesOnlyAbove(QueueMessageEncoding encoding, int length, bool fits)
    {
        var queue = Queue(new PaymentNotificationQueueOptions { ClientEncoding = encoding });
        var body = BodyOfMessage(length);

        if (fits)
        {
            await queue.EnqueueAsync(body);
            Assert.Equal(length, Encoding.UTF8.GetByteCount(Assert.Single(_sent).Text));
            return;
        }

        var fault = await Assert.ThrowsAsync<InvalidPaymentNotificationException>(() => queue.EnqueueAsync(body));
        Assert.Contains("must fit a queue message of 65536 bytes", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_sent);
    }

    [Fact]
    public async Task EnqueueAsync_TraceWouldNotFit_IsLeftOut()
    {
        using var activity = new Activity("backend").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Queue().EnqueueAsync(BodyOfMessage(65_536));

        Assert.DoesNotContain("traceparent", Assert.Single(_sent).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnqueueAsync_TextThatXmlWouldAlter_GoesInBase64()
    {
        var body = "{\r\n\"paymentId\":\"p\",\"paymentResult\":{\"resultStatus\":\"F\",\"resultCode\":\"RISK_REJECT\"}}";

        await Queue().EnqueueAsync(Encoding.UTF8.GetBytes(body));

        Assert.Contains(body, Encoding.UTF8.GetString(Convert.FromBase64String(Assert.Single(_sent).Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnqueueAsync_QueueMissing_ThrowsUnlessItMayCreateIt()
    {
        var missing = new RequestFailedException(404, "missing", QueueErrorCode.QueueNotFound.ToString(), null);
        _client.Setup(client => client.CreateIfNotExistsAsync(null, It.IsAny<CancellationToken>())).ReturnsAsync(Mock.Of<Response>());
        _client
            .SetupSequence(client => client.SendMessageAsync(It.IsAny<string>(), It.IsAny<TimeSpan?>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(missing)
            .ThrowsAsync(missing)
            .ReturnsAsync(Response.FromValue(QueuesModelFactory.SendReceipt("m-2", default, default, "pop", default), Mock.Of<Response>()));

        await Assert.ThrowsAsync<RequestFailedException>(() => Queue().EnqueueAsync(Success));
        _client.Verify(client => client.CreateIfNotExistsAsync(null, It.IsAny<CancellationToken>()), Moq.Times.Never);
        var receipt = await Queue(new PaymentNotificationQueueOptions { CreateIfMissing = true }).EnqueueAsync(Success);

        Assert.Equal("m-2", receipt.MessageId);
    }

    private PaymentNotificationQueue Queue(PaymentNotificationQueueOptions? options = null) => new(_client.Object, options);

    private static byte[] BodyOfMessage(int messageLength)
    {
        const string Start = """{"paymentId":"p","paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"x":"y""";
        var overhead = NotificationEnvelope.Write(Encoding.UTF8.GetBytes(Start + "\"}"), activity: null).Length;
        return Encoding.UTF8.GetBytes(Start + new string('a', messageLength - overhead) + "\"}");
    }

    private static ActivityListener Listen(List<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PaymentNotificationQueue.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
