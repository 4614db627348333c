using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary><c>notify reconcile</c>: the payment backend's books against what Alipay+ was told.</summary>
internal sealed class ReconcileCommand
{
    private const long MaxLedgerBytes = 256L * 1024 * 1024;
    private const int MaxShown = 20;

    // A payment may have been notified and forgotten since: claims are not kept for ever.
    private static readonly TimeSpan _longestAgo = TimeSpan.FromDays(30);
    private static readonly string[] _columns = ["Line", "Payment", "Verdict", "Ledger", "Told", "State", "Quarantine"];

    private readonly Argument<string> _ledger = new("LEDGER") { Description = "A CSV file with the columns paymentId, resultStatus, resultCode, time; - for standard input." };
    private readonly Option<string?> _report = new("--report") { Description = "Write every finding to this file as JSON lines; an interrupted run continues from it.", HelpName = "FILE" };
    private readonly Option<bool> _enqueue = new("--enqueue-missing") { Description = "Put the payments that were never notified on the queue, after a dry run and a question." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "With --enqueue-missing: only say what would be sent." };
    private readonly Option<bool> _yes = new("--yes") { Description = "With --enqueue-missing: do not ask." };
    private readonly QueueOptions _queue = EnqueueCommand.NotificationQueue();

    public static Command Create(CommandSetup setup)
    {
        var parts = new ReconcileCommand();
        var command = new Command("reconcile", "Compare a ledger with what Alipay+ was told. Exits with 0 if every payment was delivered with the ledger's result.") { parts._ledger, parts._report, parts._enqueue, parts._dryRun, parts._yes };
        parts._queue.AddTo(command);
        return setup.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        if ((session.Get(_dryRun) || session.Get(_yes)) && !session.Get(_enqueue))
        {
            throw CliFault.Usage("--dry-run and --yes: need --enqueue-missing");
        }

        var ledger = Ledger.Read(await GivenFile.ReadAsync(session, "LEDGER", session.Get(_ledger)!, MaxLedgerBytes, stop));
        foreach (var hint in ledger.Hints)
        {
            session.Output.Hint(hint);
        }

        using var report = session.Get(_report) is { } path ? ReconcileReport.Open(path, ledger) : null;
        var findings = await new LedgerLookup(session, ledger, report).RunAsync(stop);
        var counts = findings.CountBy(finding => finding.Verdict).OrderBy(count => count.Key).ToDictionary(count => count.Key.ToString(), count => count.Value);
        report?.Finish(counts);

        object? enqueued = null;
        var code = counts.Keys.All(verdict => verdict is nameof(Agreement.Delivered)) ? ExitCodes.Done : ExitCodes.NotDone;
        if (!session.IsJson)
        {
            Print(session, findings, counts);
        }

        if (session.Get(_enqueue) && counts.ContainsKey(nameof(Agreement.NeverNotified)))
        {
            var sent = await EnqueueAsync(session, ledger, findings, document => enqueued = document, stop);
            var isAllElseGood = counts.Keys.All(verdict => verdict is nameof(Agreement.Delivered) or nameof(Agreement.NeverNotified));
            code = sent == ExitCodes.Done && !isAllElseGood ? ExitCodes.NotDone : sent;
        }

        if (session.IsJson)
        {
            var items = findings.Where(finding => finding.Verdict != Agreement.Delivered).Select(finding => JsonSerializer.SerializeToElement(finding, ReconcileReport.Json));
            session.Output.Json(new { payments = findings.Count, counts, items, enqueued });
        }

        return code;
    }

    private static void Print(Session session, IReadOnlyList<Finding> findings, Dictionary<string, int> counts)
    {
        var others = findings.Where(finding => finding.Verdict != Agreement.Delivered).ToList();
        if (others.Count > 0)
        {
            session.Output.Table(_columns, others.Take(MaxShown).Select(IReadOnlyList<string?> (finding) =>
                [finding.Line.ToString(CultureInfo.InvariantCulture), finding.PaymentId, finding.Verdict.ToString(), finding.Ledger, finding.Told, finding.State, finding.QuarantineId]));
        }

        session.Output.Line($"{(findings.Count == 1 ? "1 payment" : $"{findings.Count} payments")}: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}.");
        if (others.Count > MaxShown)
        {
            session.Output.Hint($"{others.Count - MaxShown} more are not shown; --report and --json have them all.");
        }
    }

    // Sending one that was notified meanwhile is safe: it is a duplicate, or a conflict that is kept.
    private async Task<int> EnqueueAsync(Session session, Ledger ledger, IReadOnlyList<Finding> findings, Action<object> json, CancellationToken stop)
    {
        var oldest = session.Host.Time.GetUtcNow() - _longestAgo;
        var missing = ledger.Lines.Zip(findings).Where(pair => pair.Second.Verdict == Agreement.NeverNotified).Select(pair => pair.First).ToList();
        var recent = missing.Where(line => Times.TryParse(line.Time ?? string.Empty, DateTimeOffset.MaxValue, out var time) && time >= oldest).ToList();
        var run = new EnqueueRun(
            session,
            [.. recent.Select(line => new GivenNotification((int)line.Line, GivenNotification.Compose(line.PaymentId, line.PaymentRequestId, line.ResultStatus, line.ResultCode, line.ResultMessage, line.ResultStatus == "S" ? line.Time : null)))],
            json);
        var (left, sound) = (missing.Count - recent.Count, run.Count - run.RefusedCount);
        session.Output.Hint($"Of {missing.Count} that were never notified, {sound} can be sent, {run.RefusedCount} are refused by the rules, and {left} have no time within the last {_longestAgo.Days} days.");
        if (session.Get(_dryRun) || sound == 0)
        {
            run.Print(isDryRun: true);
            return ExitCodes.NotDone;
        }

        if (!session.Get(_yes))
        {
            session.Confirm($"Put {sound} notifications on the queue?");
        }

        return await run.SendAsync(_queue, createQueue: false, stop) is var code && code == ExitCodes.Done && left > 0 ? ExitCodes.Partly : code;
    }
}

/// <summary>Looks the ledger's payments up, a hundred to a call and a few calls at a time.</summary>
internal sealed class LedgerLookup(Session session, Ledger ledger, ReconcileReport? report)
{
    private const int PerCall = 100;
    private const int AtOnce = 4;

    // A host takes request lines of 8 KB.
    private const int MaxQuery = 6_000;

    private readonly List<Finding> _findings = report?.Findings.ToList() ?? [];

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken stop)
    {
        try
        {
            var quarantined = await QuarantinedAsync(stop);
            using var progress = new Progress(session, "Reconciling", ledger.Lines.Count);
            foreach (var group in Calls(ledger.Lines.Skip(_findings.Count)).Chunk(AtOnce))
            {
                var found = (await Task.WhenAll(group.Select(lines => FindAsync(lines, quarantined, stop)))).SelectMany(call => call).ToList();
                report?.Add(found);
                _findings.AddRange(found);
                progress.Report(_findings.Count);
            }

            return _findings;
        }
        catch (Exception fault) when (report is not null && _findings.Count > 0 && IsCuredByARerun(fault))
        {
            throw CliFault.Partly([.. (fault as CliFault)?.Lines ?? ["Interrupted."], $"{_findings.Count} of {ledger.Lines.Count} payments are in the report; the same command again continues from there."]);
        }
    }

    private static bool IsCuredByARerun(Exception fault) =>
        fault is OperationCanceledException or CliFault { ExitCode: ExitCodes.Unreachable } or CliFault { HttpStatus: 429 or >= 500 };

    private static IEnumerable<List<LedgerLine>> Calls(IEnumerable<LedgerLine> lines)
    {
        List<LedgerLine> call = [];
        var length = 0;
        foreach (var line in lines)
        {
            var more = Uri.EscapeDataString(line.PaymentId).Length + "&paymentId=".Length;
            if (call.Count == PerCall || (call.Count > 0 && length + more > MaxQuery))
            {
                yield return call;
                (call, length) = ([], 0);
            }

            call.Add(line);
            length += more;
        }

        if (call.Count > 0)
        {
            yield return call;
        }
    }

    private async Task<IEnumerable<Finding>> FindAsync(List<LedgerLine> lines, Dictionary<string, string> quarantined, CancellationToken stop)
    {
        var call = lines.Aggregate(ApiCall.To("states"), (call, line) => call.With("paymentId", line.PaymentId));
        var known = (await session.Api.GetAsync(call, stop)).Items("items").ToDictionary(item => item.Text("paymentId") ?? string.Empty);
        return lines.Select(line => known.TryGetValue(line.PaymentId, out var state) ? Known(line, state) : Unknown(line, quarantined.GetValueOrDefault(line.PaymentId)));
    }

    private static Finding Known(LedgerLine line, JsonElement item)
    {
        var (status, code, state) = (item.Text("resultStatus"), item.Text("resultCode"), item.Text("state"));
        var isSame = status == line.ResultStatus && (line.ResultCode is null || line.ResultCode == code);
        var verdict = !isSame ? Agreement.OtherResult
            : Enum.TryParse<Agreement>(state, out var known) ? known
            : throw CliFault.NotDone($"Line {line.Line}: the host returned an unknown state.");
        return new Finding(line.Line, line.PaymentId, verdict, Result(line.ResultStatus, line.ResultCode), Result(status, code), state, item.Time("acceptedAt"), item.Time("endedAt"), null);
    }

    private static Finding Unknown(LedgerLine line, string? quarantineId) => new(
        line.Line, line.PaymentId, quarantineId is null ? Agreement.NeverNotified : Agreement.Quarantined, Result(line.ResultStatus, line.ResultCode), null, null, null, null, quarantineId);

    private static string Result(string? status, string? code) => string.Join(' ', new[] { status, code }.OfType<string>());

    // What waits there; a payment that was discarded was never notified.
    private async Task<Dictionary<string, string>> QuarantinedAsync(CancellationToken stop)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var record in session.Api.AllAsync(() => ApiCall.To("quarantine").With("status", "Waiting"), stop))
        {
            found.TryAdd(record.Text("paymentId") ?? string.Empty, record.Text("quarantineId") ?? string.Empty);
        }

        return found;
    }
}
