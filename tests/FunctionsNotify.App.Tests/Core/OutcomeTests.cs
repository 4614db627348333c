using System.Text;
using System.Text.Json;

namespace FunctionsNotify.App.Tests.Core;

public sealed class OutcomeTests
{
    private static readonly DateTimeOffset _now = Given.Start;

    private static JsonElement Write(Outcome outcome) => JsonDocument.Parse(OutcomeWriter.Write(outcome)).RootElement;

    [Fact]
    public void Write_Delivered_SaysItAll()
    {
        var json = Write(DeliveryOutcome.Of(Given.Delivery().Apply(Given.Result(AttemptKind.Acknowledged, "SUCCESS"), _now)));
        Assert.Equal("delivery", json.GetProperty("kind").GetString());
        Assert.Equal(1, json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("np-20260301190000000001~0001", json.GetProperty("outcomeId").GetString());
        Assert.Equal("20260301190000000001", json.GetProperty("paymentId").GetString());
        Assert.Equal("Delivered", json.GetProperty("state").GetString());
        Assert.Equal("Acknowledged", json.GetProperty("cause").GetString());
        Assert.Equal(1, json.GetProperty("attemptCount").GetInt32());
        Assert.Equal("Acknowledged", json.GetProperty("attempts")[0].GetProperty("result").GetProperty("kind").GetString());
    }

    [Fact]
    public void Write_TextOutsideAscii_IsWrittenAsItIs()
    {
        var delivery = Given.Delivery(paymentId: "支付<1>").Apply(Given.Result(AttemptKind.Acknowledged), _now);
        Assert.Contains("\"paymentId\":\"支付<1>\"", Encoding.UTF8.GetString(OutcomeWriter.Write(DeliveryOutcome.Of(delivery))), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OpenDelivery_Throws() =>
        Assert.Contains("is Sending: it has no outcome yet", Assert.Throws<InvalidOperationException>(() => DeliveryOutcome.Of(Given.Delivery())).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_MessageWithManyReasons_FitsAndKeepsTheFirst()
    {
        var outcome = new MessageOutcome
        {
            PaymentId = "p",
            State = MessageState.Invalid,
            MessageId = "m-1",
            InsertedAt = _now,
            Reasons = [.. Enumerable.Range(0, 1000).Select(number => new Violation($"field-{number}", "rule", Severity.Refuse, new string('x', 100)))],
            QuarantineId = "q",
        };

        var bytes = OutcomeWriter.Write(outcome);

        Assert.InRange(bytes.Length, OutcomeWriter.MaxBytes - 300, OutcomeWriter.MaxBytes);
        var reasons = JsonDocument.Parse(bytes).RootElement.GetProperty("reasons");
        Assert.Equal("field-0", reasons[0].GetProperty("field").GetString());
        Assert.Equal($"field-{reasons.GetArrayLength() - 1}", reasons[reasons.GetArrayLength() - 1].GetProperty("field").GetString());
    }

    [Fact]
    public void Write_LongestDelivery_FitsAndCountsWhatItLeavesOut()
    {
        var text = new string('\u20ac', 1000);
        var delivery = Given.Delivery(new DeliveryPolicy { RetryDelays = [.. Enumerable.Range(1, 30).Select(second => TimeSpan.FromSeconds(second))] });
        while (delivery.Phase != DeliveryPhase.Final)
        {
            var result = Given.Result(AttemptKind.NoResult) with { ResultCode = text, ResultMessage = text, Detail = text, TraceId = text, ResultStatus = text };
            delivery = delivery.Apply(result, _now);
            delivery = delivery.Phase == DeliveryPhase.Waiting ? delivery.TimerFired() : delivery;
        }

        var bytes = OutcomeWriter.Write(DeliveryOutcome.Of(delivery));

        Assert.InRange(bytes.Length, 1, OutcomeWriter.MaxBytes);
        var json = JsonDocument.Parse(bytes).RootElement;
        var attempts = json.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("number").GetInt32()).ToArray();
        Assert.Equal(31, json.GetProperty("attemptCount").GetInt32());
        Assert.Equal(31 - attempts.Length, json.GetProperty("attemptsOmitted").GetInt32());
        Assert.Equal((1, 31), (attempts[0], attempts[^1]));
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(1, 1, 1)]
    public void Write_ExactlyWhatFits_IsWhole(int more, int reasons, int attemptsOmitted)
    {
        MessageOutcome Message(int length) => new()
        {
            PaymentId = "p",
            State = MessageState.Invalid,
            MessageId = "m-1",
            InsertedAt = _now,
            Reasons = [new Violation("first", "rule", Severity.Refuse, ""), new Violation("second", "rule", Severity.Refuse, new string('x', length))],
            QuarantineId = "q",
        };
        DeliveryOutcome Ended(int length)
        {
            var delivery = Given.Delivery();
            for (var attempt = 0; attempt < 2; attempt++)
            {
                delivery = delivery.Apply(Given.Result(AttemptKind.Unknown), _now).TimerFired();
            }

            return DeliveryOutcome.Of(delivery.Apply(Given.Result(AttemptKind.Rejected), _now)) with { PaymentRequestId = new string('x', length) };
        }

        int Room(Outcome empty) => OutcomeWriter.MaxBytes - OutcomeWriter.Write(empty).Length + more;

        Assert.Equal(reasons, Write(Message(Room(Message(0)))).GetProperty("reasons").GetArrayLength());
        var json = Write(Ended(Room(Ended(0))));
        Assert.Equal((attemptsOmitted, 3 - attemptsOmitted), (json.GetProperty("attemptsOmitted").GetInt32(), json.GetProperty("attempts").GetArrayLength()));
    }

    [Fact]
    public void Write_Message_SaysWhyAndWhereItIsKept()
    {
        var json = Write(new MessageOutcome
        {
            PaymentId = null,
            State = MessageState.Invalid,
            MessageId = "m-1",
            InsertedAt = _now,
            Reasons = [new Violation("paymentId", "required", Severity.Refuse, "missing")],
            QuarantineId = QuarantineRecord.IdOf("m-1", _now),
        });
        Assert.Equal(("message", "m-1:Invalid", "Invalid"), (json.GetProperty("kind").GetString(), json.GetProperty("outcomeId").GetString(), json.GetProperty("state").GetString()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("paymentId").ValueKind);
        Assert.Equal("paymentId", json.GetProperty("reasons")[0].GetProperty("field").GetString());
    }

    [Fact]
    public void IdOf_LaterMessage_SortsFirst() =>
        Assert.True(string.CompareOrdinal(QuarantineRecord.IdOf("a", _now.AddSeconds(1)), QuarantineRecord.IdOf("a", _now)) < 0);
}
