using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.Cli.Tests;

/// <summary>A ledger against a host that knows some of its payments.</summary>
public sealed class ReconcileTests : IDisposable
{
    private readonly NotifyUnderTest _notify = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, string> _known = new();
    private readonly ConcurrentQueue<string> _askedFor = new();
    private int _calls;
    private int _mostCalls;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reconcile_EveryKindOfPayment_HasItsVerdict()
    {
        Knows("same", "Delivered", "S", "SUCCESS");
        Knows("open", "Open", "S", "SUCCESS");
        Knows("used", "Exhausted", "F", "RISK_REJECT");
        Knows("other", "Delivered", "F", "RISK_REJECT");
        Knows("code", "Delivered", "F", "OTHER");
        await using var server = await StartAsync();
        var ledger = _folder.Write("ledger.csv", "paymentId,resultStatus,resultCode,time,shop\r\nsame,S,SUCCESS,,a\r\nopen,S,,,b\r\nused,F,RISK_REJECT,,c\r\nother,S,SUCCESS,,d\r\ncode,F,RISK_REJECT,,e\r\n\"q,1\",F,RISK_REJECT,,f\r\nnever,F,RISK_REJECT,,g\r\n");

        var ending = (await _notify.RunAsync("reconcile", ledger, "--json", "--url", server.Url)).EndsWith(ExitCodes.NotDone);

        Assert.Equal(
            ["open Open", "used Exhausted", "other OtherResult", "code OtherResult", "q,1 Quarantined", "never NeverNotified"],
            ending.Json.Items("items").Select(item => $"{item.Text("paymentId")} {item.Text("verdict")}"));
        Assert.Equal(2, ending.Json.Object("counts")!.Value.Number("OtherResult"));
        Assert.Contains("Column shop is ignored", ending.Error, StringComparison.Ordinal);
        var text = (await _notify.RunAsync("reconcile", ledger, "--url", server.Url)).EndsWith(ExitCodes.NotDone).Out;
        Assert.Contains("5\tother\tOtherResult\tS SUCCESS\tF RISK_REJECT\tDelivered", text, StringComparison.Ordinal);
        Assert.Contains("7 payments: 1 Delivered, 1 Open, 1 Exhausted, 2 OtherResult, 1 Quarantined, 1 NeverNotified.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_AllAgrees_EndsWithZero()
    {
        Knows("p", "Delivered", "S", "SUCCESS");
        await using var server = await StartAsync();
        (await _notify.RunAsync("reconcile", _folder.Write("ledger.csv", "resultStatus,paymentId\nS,p\n"), "--url", server.Url)).EndsWith(ExitCodes.Done);
    }

    [Fact]
    public async Task Reconcile_HundredThousandLinesCutOffAndRepeated_GoesOnWithAFewCallsAtATime()
    {
        const int Count = 100_000;
        var ledger = new StringBuilder("paymentId,resultStatus,resultCode,time\n");
        for (var number = 0; number < Count; number++)
        {
            var id = $"202603011907410100072000000{number:00000000}";
            ledger.Append(System.Globalization.CultureInfo.InvariantCulture, $"{id},S,SUCCESS,2026-03-01T12:00:00Z\n");
            Knows(id, "Delivered", "S", "SUCCESS");
        }

        var (file, report) = (_folder.Write("ledger.csv", ledger.ToString()), _folder.File("report.jsonl"));
        await using (var failing = await StartAsync(failAfter: 400))
        {
            var first = (await _notify.RunAsync("reconcile", file, "--report", report, "--url", failing.Url)).EndsWith(ExitCodes.Partly);
            Assert.Contains("the same command again continues from there", first.Error, StringComparison.Ordinal);
        }

        // As a kill in the middle of a write leaves it.
        File.AppendAllText(report, "{\"line\":4000");
        var done = File.ReadLines(report).Count() - 2;
        _askedFor.Clear();
        await using var server = await StartAsync();

        var second = (await _notify.RunAsync("reconcile", file, "--report", report, "--url", server.Url)).EndsWith(ExitCodes.Done);

        Assert.InRange(done, 30_000, Count - 1);
        Assert.Equal(Count - done, _askedFor.Count);
        Assert.InRange(_mostCalls, 1, 4);
        Assert.Contains("Reconciling: ", second.Error, StringComparison.Ordinal);
        Assert.Equal("100000 payments: 100000 Delivered.", second.Out.Trim());
        var lines = File.ReadAllLines(report);
        Assert.Equal(Count + 2, lines.Length);
        Assert.Equal(Enumerable.Range(2, Count), lines[1..^1].Select(line => JsonElement.Parse(line).GetProperty("line").GetInt32()));
        Assert.Equal("""{"counts":{"Delivered":100000}}""", lines[^1]);
        Assert.Contains("is finished", (await _notify.RunAsync("reconcile", file, "--report", report, "--url", server.Url)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("paymentId,resultStatus\n", "has no payment")]
    [InlineData("id,resultStatus\np,S\n", "must name the columns paymentId and resultStatus")]
    [InlineData("paymentId,resultStatus\np,U\n", "line 2: resultStatus: must be S or F")]
    [InlineData("paymentId,resultStatus\n,S\n", "line 2: paymentId: is required")]
    [InlineData("paymentId,resultStatus\np,S\n\np,F\n", "line 4: its payment is also in line 2")]
    [InlineData("paymentId,resultStatus\np\n", "line 2: must have 2 fields like the first line, has 1")]
    [InlineData("paymentId,resultStatus\np,S\n\"q,S\n\n", "line 3: a quote is not closed")]
    [InlineData("paymentId,resultStatus\n\"p\"q,S\n", "line 2: a quoted field must end at its quote")]
    [InlineData("paymentId,resultStatus\n\"a\nb\",S\nc,U\n", "line 4: resultStatus")]
    [InlineData("paymentId,resultStatus\n\"a\"\"b\",S\n\"a\"\"b\",S", "line 3: its payment is also in line 2")]
    [InlineData("paymentId,resultStatus\np,S\np\u0001,S\n \u00a0,S\n", "line 3: paymentId: must have no control characters (found string of 2 characters)\nLEDGER: line 4: paymentId: must not be blank (found string of 2 characters)")]
    public async Task Reconcile_NoLedger_IsUsage(string content, string problem) =>
        Assert.Contains(problem, (await _notify.RunAsync("reconcile", _folder.Write("ledger.csv", content))).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData(65, "must have at most 64 characters (found string of 65 characters)")]
    [InlineData(257, "must have at most 64 characters (found string of 257 characters)")]
    [InlineData(70_000, "must have at most 65536 bytes (found ")]
    public async Task Reconcile_PaymentIdIsTooLong_NamesItsLine(int length, string problem)
    {
        await using var server = await StartAsync();
        var ledger = _folder.Write("ledger.csv", $"paymentId,resultStatus\n{new string('p', 64)},S\n{new string('q', length)},S\n");

        var error = (await _notify.RunAsync("reconcile", ledger, "--url", server.Url)).EndsWith(ExitCodes.Usage).Error;

        Assert.Contains($"LEDGER: line 3: paymentId: {problem}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("qq", error, StringComparison.Ordinal);
        Assert.DoesNotContain("line 2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, ExitCodes.NotDone)]
    [InlineData(429, ExitCodes.Partly)]
    [InlineData(500, ExitCodes.Partly)]
    public async Task Reconcile_CallRefusedAfterSomeFindings_IsPartlyDoneOnlyIfARerunCanCureIt(int status, int code)
    {
        await using var server = await StartAsync(failAfter: 5, failStatus: status);
        var ledger = _folder.Write("ledger.csv", "paymentId,resultStatus\n" + string.Concat(Enumerable.Range(0, 500).Select(number => $"p{number},S\n")));

        (await _notify.RunAsync("reconcile", ledger, "--report", _folder.File("report.jsonl"), "--url", server.Url)).EndsWith(code);
    }

    [Fact]
    public async Task Reconcile_ReportOfAnotherLedger_IsRefused()
    {
        Knows("p", "Delivered", "S", "SUCCESS");
        await using var server = await StartAsync();
        var report = _folder.Write("report.jsonl", """{"ledgerSha256":"0","payments":1}""" + "\n");
        Assert.Contains("--report: is not a report of this ledger", (await _notify.RunAsync("reconcile", _folder.Write("ledger.csv", "paymentId,resultStatus\np,S\n"), "--report", report, "--url", server.Url)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_EnqueueMissing_AsksAfterADryRunAndLeavesOldOnesOut()
    {
        await using var server = await StartAsync();
        string Ago(double days) => DateTimeOffset.UtcNow.AddDays(-days).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
        string[] command = ["reconcile", _folder.Write("ledger.csv", $"paymentId,resultStatus,resultCode,time\nnew,F,RISK_REJECT,{Ago(1)}\nold,F,RISK_REJECT,{Ago(31)}\nnone,F,RISK_REJECT,\nbad,S,SUCCESS,{Ago(1)}\n"), "--enqueue-missing", "--url", server.Url];

        var dry = (await _notify.RunAsync([.. command, "--dry-run"])).EndsWith(ExitCodes.NotDone);
        Assert.Contains("Of 4 that were never notified, 1 can be sent, 1 are refused by the rules, and 2 have no time within the last 30 days.", dry.Error, StringComparison.Ordinal);
        Assert.Contains("line 5, bad: refused: paymentRequestId: is required when resultStatus is S", dry.Error, StringComparison.Ordinal);
        Assert.Contains("--yes: is required", (await _notify.RunAsync(command)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
        _notify.Answers = new Queue<string?>(["n"]);
        Assert.Contains("Put 1 notifications on the queue? [y/N]", (await _notify.RunAsync(command)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
    }

    private void Knows(string paymentId, string state, string status, string code) =>
        _known[paymentId] = $$"""{"paymentId":"{{paymentId}}","state":"{{state}}","resultStatus":"{{status}}","resultCode":"{{code}}","acceptedAt":"2026-03-01T12:00:00Z"}""";

    private Task<AnsweringServer> StartAsync(int failAfter = int.MaxValue, int failStatus = 500) => AnsweringServer.StartAsync(async (count, context) =>
    {
        if (context.Request.Path == "/api/quarantine")
        {
            await AnsweringServer.JsonAsync(context, """{"items":[{"quarantineId":"20260301/1.json","paymentId":"q,1"},{"quarantineId":"20260301/2.json"}]}""");
            return;
        }

        if (count > failAfter)
        {
            await AnsweringServer.ProblemAsync(context, failStatus, $$"""{"status":{{failStatus}}}""");
            return;
        }

        var calls = Interlocked.Increment(ref _calls);
        InterlockedMax(calls);
        var ids = context.Request.Query["paymentId"].OfType<string>().ToList();
        ids.ForEach(_askedFor.Enqueue);
        await AnsweringServer.JsonAsync(context, $$"""{"items":[{{string.Join(',', ids.Select(id => _known.GetValueOrDefault(id)).OfType<string>())}}]}""");
        Interlocked.Decrement(ref _calls);
    });

    private void InterlockedMax(int calls)
    {
        for (var most = _mostCalls; calls > most; most = _mostCalls)
        {
            Interlocked.CompareExchange(ref _mostCalls, calls, most);
        }
    }
}
