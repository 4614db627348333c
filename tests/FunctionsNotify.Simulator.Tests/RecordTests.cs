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
        byte[] body = [.. Encoding.UTF8.GetBytes(Acquirer.Notification(paymentId)), 0xFF];
        var time = Acquirer.Now();

        await fixture.Acquirer.SendAsync(body, request => request.Headers.TryAddWithoutValidation("X-Twice", ["a", "b"]), time);

        var record = Assert.Single(fixture.Server.Received.List(paymentId));
        Assert.Equal(body, record.Body.ToArray());
        Assert.Null(record.BodyText);
        Assert.Equal(("POST", NotifyPushPayment.Path), (record.Method, record.Path));
        Assert.Equal(time, record.Header("request-time"));
        Assert.Equal("a, b", record.Header("X-Twice"));
        Assert.InRange(record.ReceivedAt, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.NotEmpty(record.Verdict.Violations);
    }

    [Fact]
    public void Log_MoreRecordsThanItMayHold_CountsWhatItDropped()
    {
        var log = new RequestLog(maxRecords: 3, maxBytes: long.MaxValue);
        for (var number = 0; number < 5; number++)
        {
            log.Add(Given.Record($"p{number}"), 1);
        }

        var page = log.Page(null, 0, 10);
        Assert.Equal([3, 4, 5], page.Requests.Select(record => record.Sequence));
        Assert.Equal((2, 5), (page.Dropped, log.Total));
    }

    [Fact]
    public void Log_MoreBytesThanItMayHold_KeepsTheNewest()
    {
        var log = new RequestLog(maxRecords: 100, maxBytes: 10);
        log.Add(Given.Record("a"), 6);
        log.Add(Given.Record("b"), 6);
        log.Add(Given.Record("c"), 99);

        Assert.Equal("c", Assert.Single(log.List()).PaymentId);
        Assert.Equal(2, log.Dropped);
    }

    [Fact]
    public void Log_Cleared_GoesOnCounting()
    {
        var log = new RequestLog(maxRecords: 1, maxBytes: long.MaxValue);
        log.Add(Given.Record("a"), 1);
        log.Add(Given.Record("b"), 1);

        log.Clear();
        log.Add(Given.Record("c"), 1);

        Assert.Equal(3, Assert.Single(log.List()).Sequence);
        Assert.Equal(0, log.Dropped);
    }

    [Fact]
    public void Page_WithALimit_LeadsToTheNext()
    {
        var log = new RequestLog(maxRecords: 100, maxBytes: long.MaxValue);
        foreach (var paymentId in new[] { "a", "b", "a", "b", "a" })
        {
            log.Add(Given.Record(paymentId), 1);
        }

        var first = log.Page("a", 0, 2);
        var second = log.Page("a", first.LastSequence, 2);

        Assert.Equal(([1L, 3L], true), (first.Requests.Select(record => record.Sequence).ToArray(), first.HasMore), ArrayAndFlag);
        Assert.Equal(([5L], false), (second.Requests.Select(record => record.Sequence).ToArray(), second.HasMore), ArrayAndFlag);
        Assert.Equal(5, log.Page("a", 5, 2).LastSequence);
    }

    [Fact]
    public async Task Contradiction_OfAPaymentThatFoundNoPlace_IsCounted()
    {
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder, MaxPayments = 1 });
        using var acquirer = new Acquirer(server);

        await acquirer.SendAsync(Acquirer.Notification("a"));
        await acquirer.SendAsync(Acquirer.Notification("b"));

        Assert.Equal(1, server.PaymentsNotRemembered);
        Assert.Equal("REPEAT_REQ_INCONSISTENT", (await acquirer.SendAsync(Acquirer.Notification("a", "F"))).Code);
    }

    private static bool ArrayAndFlag((long[] Numbers, bool Flag) left, (long[] Numbers, bool Flag) right) =>
        left.Flag == right.Flag && left.Numbers.SequenceEqual(right.Numbers);
}
