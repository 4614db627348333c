using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Cli.Tests;

/// <summary>What is made of a host's answers, and which calls are made for them.</summary>
public sealed class AnswersTests
{
    private const string Attempt = """{"number":1,"dueAt":"2026-03-01T00:00:00+00:00","result":{"kind":"Rejected","startedAt":"2026-03-01T00:00:02+00:00","duration":"00:00:00.7850000","httpStatus":200,"resultStatus":"F","resultCode":"PROCESS_FAIL","resultMessage":"no\u001b[31m","traceId":"t-1"}}""";
    private const string Record = "20260301/2519000000000000000-1ca9108f-fc17.json";

    private readonly NotifyUnderTest _notify = new();

    private static string View(string paymentId, string state, string attempts = Attempt) =>
        $$"""{"paymentId":"{{paymentId}}","state":"{{state}}","deliveryId":"np-x~0001","generation":1,"duplicates":0,"acceptedAt":"2026-03-01T00:00:00+00:00","delivery":{"cause":"Business","attemptCount":1,"attempts":[{{attempts}}]} }""";

    private static Task NotFoundAsync(HttpContext context) => AnsweringServer.ProblemAsync(context, 404, """{"status":404,"detail":"No notification is known."}""");

    [Fact]
    public async Task Status_OnePayment_StandsUpright()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, View("pay-rejected", "Rejected")));

        var lines = (await _notify.RunAsync("status", "pay-rejected", "--url", server.Url)).EndsWith(ExitCodes.Done).Out;

        Assert.Contains("State     Rejected (Business)", lines, StringComparison.Ordinal);
        Assert.Contains("  1  2026-03-01 00:00:02  Rejected  F PROCESS_FAIL  HTTP 200  took 785 ms, 2 s late", lines, StringComparison.Ordinal);
        Assert.Contains("     no\\u{1B}[31m", lines, StringComparison.Ordinal);
        Assert.Contains("     Trace-Id t-1", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_PartOfAnId_IsTakenWhereOnePaymentFits()
    {
        string[] known = ["20260301-aaaa", "20260302-bbbb"];
        await using var server = await AnsweringServer.StartAsync((_, context) =>
            context.Request.Path == "/api/notifications" ? AnsweringServer.JsonAsync(context, $$"""{"items":[{{string.Join(',', known.Select(id => $$"""{"paymentId":"{{id}}"}"""))}}]}""")
            : Array.Find(known, id => context.Request.Path == $"/api/notifications/{id}") is { } found ? AnsweringServer.JsonAsync(context, View(found, "Rejected"))
            : NotFoundAsync(context));

        Assert.Contains("20260302-bbbb", (await _notify.RunAsync("status", "bbbb", "--url", server.Url)).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        var many = (await _notify.RunAsync("status", "202603", "--url", server.Url)).EndsWith(ExitCodes.NotDone).Error;
        Assert.All(known, id => Assert.Contains(id, many, StringComparison.Ordinal));
        Assert.Contains("No notification is known", (await _notify.RunAsync("status", "cccc", "--url", server.Url)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        // A change is made to the payment that was named, or to none.
        (await _notify.RunAsync("cancel", "bbbb", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.NotDone);
    }

    [Fact]
    public async Task Status_Watch_ShowsEachChangeUntilTheEnd()
    {
        await using var server = await AnsweringServer.StartAsync((count, context) => AnsweringServer.JsonAsync(context, View("p", count < 4 ? "Open" : "Delivered")));

        var lines = (await _notify.RunAsync("status", "p", "--watch", "--interval", "1", "--json", "--url", server.Url)).EndsWith(ExitCodes.Done).Out.Trim().Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.Contains("\"state\":\"Delivered\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_PartOfAnId_IsTakenWhereOneRecordFits()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(
            context,
            context.Request.Path == "/api/quarantine"
                ? $$"""{"items":[{"quarantineId":"{{Record}}"},{"quarantineId":"20260301/2519000000000000001-2bb91aab.json"},{"quarantineId":"20260302/2519000000000000001-2bb91aaa.json"}]}"""
                : $$"""{"quarantineId":"{{Record}}","status":"Discarded","reasons":[]}"""));

        (await _notify.RunAsync("quarantine", "discard", "1ca9108f", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.Done);
        Assert.Equal($"/api/quarantine/{Record}/discard", server.Received.Last().Target);
        (await _notify.RunAsync("quarantine", "show", Record, "--url", server.Url)).EndsWith(ExitCodes.Done);
        Assert.Contains("2 records' ids begin like that", (await _notify.RunAsync("quarantine", "show", "2bb91aa", "--url", server.Url)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        (await _notify.RunAsync("quarantine", "show", "nobody", "--url", server.Url)).EndsWith(ExitCodes.NotDone);
    }

    [Fact]
    public async Task Redeliver_OnlyForceIsMissing_NamesTheOption()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.ProblemAsync(context, 409, """{"status":409,"detail":"Alipay+ has acknowledged it: only force delivers it again."}"""));
        Assert.Contains("add --force", (await _notify.RunAsync("redeliver", "p", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("add --force", (await _notify.RunAsync("redeliver", "p", "--force", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_DryRun_AsksForNoReason()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, """{"results":[{"paymentId":"p","verdict":"WouldDo"}],"isMore":false}"""));
        Assert.Contains("1 WouldDo", (await _notify.RunAsync("redeliver", "p", "--dry-run", "--url", server.Url)).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_SeveralIds_SaysHowToFinishWithEveryId()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, """{"results":[{"paymentId":"p","verdict":"Done"},{"paymentId":"a b","verdict":"Done"}],"isMore":false}"""));
        var error = (await _notify.RunAsync("redeliver", "p", "a b", "--reason", "why", "--idempotency-key", "k", "--url", server.Url)).EndsWith(ExitCodes.Done).Error;
        Assert.Contains("finish it with: notify redeliver p 'a b' --reason why --idempotency-key k", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_SendingIsPaused_SaysSoFirst()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(
            context, context.Request.Path == "/api/summary" ? """{"at":"2026-03-01T00:00:00+00:00","pause":{"since":"2026-03-01T00:00:00+00:00","actor":"ann","reason":"why"}}""" : """{"items":[]}"""));

        Assert.Contains("SENDING IS PAUSED since 2026-03-01 00:00:00 by ann: why; open", (await _notify.RunAsync("watch", "--count", "1", "--url", server.Url)).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendNow_Applied_TellsWhatTheAttemptCameTo()
    {
        await using var server = await AnsweringServer.StartAsync((count, context) => AnsweringServer.JsonAsync(context, count switch
        {
            1 => """{"commandId":"c","deliveryId":"d","attempt":2}""",
            2 => """{"delivery":{"phase":"Sending","nextAttempt":2,"attempts":[],"commands":[{"id":"c","result":"Applied"}]}}""",
            _ => """{"delivery":{"phase":"Final","attempts":[{"number":2,"result":{"kind":"Acknowledged","resultStatus":"S","resultCode":"SUCCESS"}}],"commands":[{"id":"c","result":"Applied"}]}}""",
        }));

        Assert.Equal(["Applied.", "Attempt 2: Acknowledged S SUCCESS"], (await _notify.RunAsync("send-now", "p", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.Done).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task SendNow_WhileSendingIsPaused_SaysThatItWasPostponed()
    {
        await using var server = await AnsweringServer.StartAsync((count, context) => AnsweringServer.JsonAsync(context, count == 1
            ? """{"commandId":"c","deliveryId":"d","attempt":2}"""
            : """{"delivery":{"phase":"Waiting","waitsFor":"Paused","nextAttempt":2,"attempts":[],"commands":[{"id":"c","result":"Applied"}]}}"""));

        Assert.Contains("Attempt 2 was postponed: Paused", (await _notify.RunAsync("send-now", "p", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel", "Delivered", "np-x~0001", "the delivery had ended: Delivered")]
    [InlineData("send-now", "Exhausted", "np-x~0001", "the delivery had ended: Exhausted")]
    [InlineData("cancel", "Open", "np-x~0000", "the delivery had ended")]
    public async Task Cancel_DeliveryEndedBeforeItTookTheCommand_IsTooLate(string change, string state, string deliveryId, string detail)
    {
        await using var server = await AnsweringServer.StartAsync((count, context) => AnsweringServer.JsonAsync(
            context, count == 1 ? $$"""{"commandId":"c","deliveryId":"{{deliveryId}}"}""" : View("p", state)));

        var verdict = (await _notify.RunAsync(change, "p", "--reason", "why", "--wait", "2", "--json", "--url", server.Url)).EndsWith(ExitCodes.NotDone).Json.Object("verdict")!.Value;

        Assert.Equal(("TooLate", detail), (verdict.Text("result"), verdict.Text("detail")));
        Assert.Equal(3, server.Received.Count);
    }

    [Theory]
    [InlineData("""{"state":"Cancelled","deliveryId":"d","delivery":{"commands":[{"id":"c","result":"Applied"}]}}""")]
    [InlineData("""{"state":"Open","deliveryId":"e","delivery":{"commands":[]},"earlierDeliveries":[{"commands":[{"id":"c","result":"Applied"}]}]}""")]
    public async Task Cancel_VerdictIsSeenAfterTheEnd_IsTold(string view)
    {
        await using var server = await AnsweringServer.StartAsync((count, context) => AnsweringServer.JsonAsync(context, count switch
        {
            1 => """{"commandId":"c","deliveryId":"d"}""",
            2 => """{"state":"Cancelled","deliveryId":"d","delivery":{"commands":[]}}""",
            _ => view,
        }));

        Assert.Equal("Applied.", (await _notify.RunAsync("cancel", "p", "--reason", "why", "--wait", "2", "--url", server.Url)).EndsWith(ExitCodes.Done).Out.Trim());
    }

    [Fact]
    public async Task Maintain_APartIsLeft_EndsAsPartlyDone()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, """{"parts":[{"part":"sweep","result":"complete"},{"part":"purge","result":"partial"}]}"""));

        Assert.Contains("purge\tpartial", (await _notify.RunAsync("maintain", "--part", "sweep", "--part", "purge", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.Partly).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("send-now")]
    public async Task Bulk_WithoutAStart_IsRefused(string action) =>
        Assert.Contains("--from: is required", (await _notify.RunAsync("bulk", action, "--reason", "why", "--url", "http://127.0.0.1:9")).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Watch_CountsThatTheHostCouldNotMake_AreMarked()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(
            context, context.Request.Path == "/api/summary" ? """{"at":"2026-03-01T00:00:00+00:00","deliveries":{"open":null,"rejected":2},"isPartial":true,"queues":null,"quarantine":null}""" : """{"items":[]}"""));

        var text = (await _notify.RunAsync("watch", "--count", "1", "--url", server.Url)).EndsWith(ExitCodes.Done).Out;

        Assert.Contains("open ?, overdue ?; 24 h: late ?, rejected 2, exhausted ?, cancelled ?; queues: ?; quarantine: invalid ?, conflict ?; counts are partial", text, StringComparison.Ordinal);
        Assert.DoesNotContain("breaker", text, StringComparison.Ordinal);
    }
}
