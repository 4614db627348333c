using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

public sealed class RecordTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task Records_UnderParallelLoad_AreCompleteAndInOrder()
    {
        const int Payments = 40;
        const int RequestsEach = 10;
        var before = fixture.Server.Received.Total;
        var run = Guid.NewGuid().ToString("N")[..8];

        await Task.WhenAll(Enumerable.Range(0, Payments).Select(async payment =>
        {
            for (var request = 0; request < RequestsEach; request++)
            {
                // Blanks in front tell the requests of a payment apart without changing its content.
                await fixture.Acquirer.SendAsync(new string(' ', request) + Acquirer.Notification($"{run}-{payment}"));
            }
        }));

        var records = fixture.Server.Received.List(since: before);
        Assert.Equal(Payments * RequestsEach, records.Count);
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => before + number), records.Select(record => record.Sequence));
        Assert.All(records, record => Assert.Equal(VerificationStatus.Valid, record.Verdict.Signature));
        foreach (var payment in records.GroupBy(record => record.PaymentId))
        {
            Assert.Equal(Enumerable.Range(0, RequestsEach), payment.Select(record => record.BodyText!.Length - record.BodyText.TrimStart().Length));
        }

        Assert.Equal(records.Count, records.Select(record => record.Answer.TraceId).Distinct().Count());
    }

    [Fact]
    public async Task Record_OfARequest_HoldsWhatCameOverTheWire()
    {
        var paymentId = SimulatorFixture.NewPaymentId();
        var before = DateTimeOffset.UtcNow;
        var total = fixture.Server.Received.Total;
        byte[] body = [.. Encoding.UTF8.GetBytes(Acquirer.Notification(paymentId)), 0xFF];
        var time = Acquirer.Now();

        await fixture.Acquirer.SendAsync(body, request => request.Headers.TryAddWithoutValidation("X-Twice", ["a", "b"]), time);

        var record = Assert.Single(fixture.Server.Received.List(since: total));
        Assert.Equal(body, record.Body.ToArray());
        Assert.Null(record.BodyText);
        Assert.Equal(("POST", NotifyPushPayment.Path), (record.Method, record.Path));
        Assert.Equal(time, record.Header("request-time"));
        Assert.Equal("a, b", record.Header("X-Twice"));
        Assert.InRange(record.ReceivedAt, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.NotEmpty(record.Verdict.Violations);
    }

    [Fact]
    public void Log_MoreRecordsThanItMayHold_CountsWhatItDroppedAndGoesOnCounting()
    {
        var log = new RequestLog(maxRecords: 3);
        for (var number = 0; number < 5; number++)
        {
            log.Add(Record($"p{number}"));
        }

        var page = log.Page(null, 0, 10);
        Assert.Equal([3, 4, 5], page.Requests.Select(record => record.Sequence));
        Assert.Equal((2, 5), (page.Dropped, log.Total));
        log.Clear();
        log.Add(Record("c"));
        Assert.Equal((6, 0), (Assert.Single(log.List()).Sequence, log.Page(null, 0, 1).Dropped));
    }

    [Fact]
    public void Page_WithALimit_LeadsToTheNext()
    {
        var log = new RequestLog();
        foreach (var paymentId in new[] { "a", "b", "a", "b", "a" })
        {
            log.Add(Record(paymentId));
        }

        var first = log.Page("a", 0, 2);
        var second = log.Page("a", first.LastSequence, 2);

        Assert.Equal([1, 3], first.Requests.Select(record => record.Sequence));
        Assert.Equal([5], second.Requests.Select(record => record.Sequence));
        Assert.Equal((true, false, 5), (first.HasMore, second.HasMore, log.Page("a", 5, 2).LastSequence));
    }

    private static ReceivedRequest Record(string paymentId) => new()
    {
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Method = "POST",
        Path = NotifyPushPayment.Path,
        Headers = new Dictionary<string, string[]>(),
        Body = ReadOnlyMemory<byte>.Empty,
        PaymentId = paymentId,
        Verdict = new RequestVerdict { IsAccepted = true, Signature = VerificationStatus.Valid },
        Answer = new AnswerRecord(null, 200, "S", "SUCCESS", "t"),
    };
}
