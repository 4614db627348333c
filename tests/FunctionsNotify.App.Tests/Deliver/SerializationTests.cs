using System.Text;
using System.Text.Json;
using Microsoft.DurableTask.Converters;

namespace FunctionsNotify.App.Tests.Deliver;

// Everything here lies in the history of deliveries in flight: the texts are what older versions wrote.
public sealed class SerializationTests
{
    private static readonly AttemptResult FullResult = new()
    {
        Kind = AttemptKind.SetupRejected,
        StartedAt = Given.Start.AddTicks(1_234_567),
        Duration = TimeSpan.FromTicks(50_001_234),
        HttpStatus = 503,
        ResultStatus = "F",
        ResultCode = "INVALID_SIGNATURE",
        ResultMessage = "grüß 付款 \u2028 \"<>&'+",
        TraceId = "trace",
        Detail = "detail",
        SlowDown = true,
        RetryAfter = TimeSpan.FromSeconds(90),
    };

    private static readonly AttemptResult PostponedResult = AttemptResult.Postponed(PostponeReason.SignerThrottled, Given.Start, "why");

    private static readonly Delivery FullDelivery = Delivery.Begin(Given.Input() with { Supersedes = "np-0" }, Given.Start)
        .Apply(PostponedResult, Given.Start)
        .TimerFired()
        .Apply(new DeliveryCommand { Id = "pending", Kind = CommandKind.SendNow, ExpectedAttempt = 9, Actor = "a", Reason = "r" }, Given.Start)
        .Apply(FullResult, Given.Start.AddSeconds(1))
        .TimerFired()
        .Apply(new DeliveryCommand { Id = "still pending", Fault = "f" }, Given.Start);

    public static TheoryData<string> Bodies => new(
        Given.Body,
        "{}",
        "{\"a\":\"\ud83d\ude00 \u0000 \ufeff\"}",
        new string('x', 64 * 1024));

    [Theory]
    [MemberData(nameof(Bodies))]
    public void DeliveryInput_Body_KeepsEveryByte(string body)
    {
        var input = Given.Input(body: body);

        Assert.Equal(Encoding.UTF8.GetBytes(body), WorkerJson.Again(input).Body.ToArray());
        Assert.Equal(Encoding.UTF8.GetBytes(body), WorkerJson.Again(new SendAttemptInput { Delivery = FullDelivery, Body = input.Body }).Body.ToArray());
    }

    [Fact]
    public void DeliveryInput_BodyThatIsNoText_KeepsEveryByte()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();

        Assert.Equal(bytes, WorkerJson.Again(Given.Input() with { Body = bytes }).Body.ToArray());
    }

    [Fact]
    public void DeliveryInput_ReadAsTheWorkerReadsIt_IsWhole()
    {
        // The worker reads an orchestrator's input as an object first, and as our type from that.
        var input = Given.Input(new DeliveryPolicy { RetryDelays = [TimeSpan.FromTicks(1), TimeSpan.FromDays(7)], Jitter = 0.25 });
        var element = Assert.IsType<JsonElement>(WorkerJson.Read<object>(WorkerJson.Write(input)));

        var again = element.Deserialize<DeliveryInput>(WorkerJson.Options)!;

        Assert.Equal(WorkerJson.Write(input), WorkerJson.Write(again));
        Assert.Equal(input.Policy.RetryDelays.ToArray(), again.Policy.RetryDelays.ToArray());
        Assert.Equal((input.AcceptedAt, input.TraceParent, input.Policy.Jitter), (again.AcceptedAt, again.TraceParent, again.Policy.Jitter));
    }

    [Fact]
    public void AttemptResult_RoundTrip_IsEqual()
    {
        Assert.Equal(FullResult, WorkerJson.Again(FullResult));
        Assert.Equal(PostponedResult, WorkerJson.Again(PostponedResult));
    }

    [Fact]
    public void Delivery_RoundTrip_DecidesTheSame()
    {
        var again = WorkerJson.Again(FullDelivery);

        Assert.Equal(WorkerJson.Write(FullDelivery), WorkerJson.Write(again));
        Assert.Equal(FullDelivery.Attempts, again.Attempts);
        Assert.Equal(FullDelivery.PendingCommands, again.PendingCommands);
        Assert.Equal(FullDelivery.Verdicts, again.Verdicts);
        var next = FullDelivery.Apply(FullResult, Given.Start.AddMinutes(2));
        Assert.Equal(WorkerJson.Write(next), WorkerJson.Write(again.Apply(FullResult, Given.Start.AddMinutes(2))));
    }

    [Fact]
    public void Reports_RoundTrip_AreEqual()
    {
        foreach (var report in new[] { DeliveryReport.Of(FullDelivery), BriefReport.Of(FullDelivery), DeliveryReport.Of(Given.Ended()) })
        {
            var again = WorkerJson.Again(report);
            Assert.Equal(WorkerJson.Write(report), WorkerJson.Write(again));
            Assert.Equal(report.Attempts.ToArray(), again.Attempts.ToArray());
            Assert.Equal(report.Commands.ToArray(), again.Commands.ToArray());
            Assert.Equal((report.State, report.Cause, report.EndedAt, report.NextDueAt, report.OperatorAction), (again.State, again.Cause, again.EndedAt, again.NextDueAt, again.OperatorAction));
        }
    }

    [Fact]
    public void DeliveryIndexRow_RoundTrip_IsEqual() => Assert.Equal(DeliveryIndexRow.Of(FullDelivery), WorkerJson.Again(DeliveryIndexRow.Of(FullDelivery)));

    [Fact]
    public void Durables_OwnConverter_WritesTheSameTexts()
    {
        // Without the worker's serializer Durable falls back to its own; a delivery in flight must survive the change.
        foreach (var value in new object[] { Given.Input(), FullResult, FullDelivery, DeliveryReport.Of(FullDelivery), DeliveryIndexRow.Of(FullDelivery), new SentAttempt(FullResult) { Ended = new RecordedEnd(DeliveryState.Delivered, Given.Start) } })
        {
            Assert.Equal(WorkerJson.Write(value), JsonDataConverter.Default.Serialize(value));
        }
    }

    [Fact]
    public void Texts_AreWhatDeliveriesInFlightHold()
    {
        Assert.Equal(
            """{"Delivery":$,"Body":"e30=","ClaimTag":"t"}""".Replace("$", WorkerJson.Write(FullDelivery), StringComparison.Ordinal),
            WorkerJson.Write(new SendAttemptInput { Delivery = FullDelivery, Body = "{}"u8.ToArray(), ClaimTag = "t" }));
        Assert.Equal(
            """{"Result":{"Kind":"Unknown","StartedAt":"2026-03-01T12:00:00+00:00","Duration":"00:00:00.0200000"},"Ended":{"State":"Cancelled","EndedAt":"2026-03-01T12:00:00+00:00","IsReplaced":true},"IsTold":true}""",
            WorkerJson.Write(new SentAttempt(Given.Result(AttemptKind.Unknown)) { Ended = new RecordedEnd(DeliveryState.Cancelled, Given.Start) { IsReplaced = true }, IsTold = true }));
        Assert.Equal(
            """{"Kind":"Unknown","StartedAt":"2026-03-01T12:00:00+00:00","Duration":"00:00:00.0200000","ResultCode":"C"}""",
            WorkerJson.Write(Given.Result(AttemptKind.Unknown, "C")));
        Assert.Equal(
            """{"DeliveryId":"np-1~0001","PaymentId":"1","PaymentRequestId":"request-1","Body":"e30=","AcceptedAt":"2026-03-01T11:59:59+00:00","Policy":{"RetryDelays":["00:00:01","1.00:00:00"],"Jitter":0.1,"SetupFloor":"00:00:30","SlowDownFloor":"00:00:30","SlowDownCeiling":"00:01:00","PostponeBase":"00:00:30","PostponeCap":"00:15:00","LimiterWait":"00:00:05","PostponeLimit":"1.00:00:00","MaxAttempts":3},"TraceParent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","TraceState":"vendor=1"}""",
            WorkerJson.Write(Given.Input(new DeliveryPolicy { RetryDelays = [TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)] }, "1", "{}")));
    }
}
