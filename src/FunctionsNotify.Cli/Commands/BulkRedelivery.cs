using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>
/// Redelivers many payments in calls of about a hundred, so that there is progress to show and little to do again after an
/// interruption. Every call carries the same idempotency key: a run that was cut off is finished by running it again.
/// </summary>
internal sealed class BulkRedelivery(Session session, CallBody statement, string key)
{
    private const int MaxShown = 20;

    private static readonly string[] _done = ["Redelivered", "AlreadyRedelivered"];
    private static readonly string[] _needless = ["Open", "Delivered"];
    private static readonly string[] _columns = ["Payment", "Verdict", "Delivery", "Detail"];

    /// <summary>The key of every call.</summary>
    public string Key => key;

    /// <summary>Says what would happen.</summary>
    /// <returns>How many payments would be redelivered.</returns>
    public async Task<int> PreviewAsync(IReadOnlyList<BulkPart> parts, CancellationToken stop)
    {
        List<JsonElement> results = [];
        await ProgressBar.RunAsync(session, "Dry run", parts.Sum(part => part.Count), report => CallAsync(parts, dryRun: true, results, report, stop)).ConfigureAwait(false);
        foreach (var (verdict, count) in Counts(results))
        {
            session.Output.Hint($"{verdict}: {count}");
        }

        return results.Count(result => result.Text("verdict") == "WouldRedeliver");
    }

    /// <summary>Does it, or only says what would happen.</summary>
    public async Task<int> RunAsync(IReadOnlyList<BulkPart> parts, bool dryRun, string? resumeHint, CancellationToken stop)
    {
        if (resumeHint is not null)
        {
            // First of all: a run that is killed says nothing any more.
            session.Output.Hint($"Idempotency key: {key}. If this is cut off, finish it with: {resumeHint}");
        }

        List<JsonElement> results = [];
        CliFault? fault = null;
        try
        {
            await ProgressBar.RunAsync(session, dryRun ? "Dry run" : "Redelivering", parts.Sum(part => part.Count), report => CallAsync(parts, dryRun, results, report, stop)).ConfigureAwait(false);
        }
        catch (CliFault exception) when (results.Count > 0)
        {
            fault = exception;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && results.Count > 0)
        {
            fault = CliFault.NotDone("Interrupted.");
        }

        Print(results, dryRun);
        if (fault is not null)
        {
            foreach (var line in fault.Lines)
            {
                session.Output.Hint(line);
            }

            session.Output.Hint(resumeHint is null ? $"{results.Count} payments were looked at." : $"{results.Count} payments are done; finish it with: {resumeHint}");
            return ExitCodes.Partly;
        }

        return dryRun ? ExitCodes.Done : Conclude(results, isFiltered: parts.Any(part => part.Filter is not null));
    }

    private async Task CallAsync(IReadOnlyList<BulkPart> parts, bool dryRun, List<JsonElement> results, Action<int> report, CancellationToken stop)
    {
        var done = 0;
        foreach (var part in parts)
        {
            var body = statement with { DryRun = dryRun, PaymentIds = part.PaymentIds, Filter = part.Filter };
            var answer = await session.Api.PostAsync(ApiCall.To("redeliveries"), body.Write(), key, stop).ConfigureAwait(false);
            results.AddRange(answer.Items("results"));
            report(done += part.Count);
            if (answer.IsTrue("isMore"))
            {
                throw CliFault.NotDone("More payments match than one call may hold, all accepted at the same moment: redeliver them by id.");
            }
        }
    }

    private void Print(List<JsonElement> results, bool dryRun)
    {
        var counts = Counts(results);
        if (session.IsJson)
        {
            session.Output.Json(new { dryRun, idempotencyKey = key, matched = results.Count, counts, results });
            return;
        }

        // Of many, those that went as wished are a number; the others are what a person looks for.
        var shown = results.Count <= MaxShown ? results : [.. results.Where(result => !IsAsWished(result)).Take(MaxShown)];
        if (shown.Count > 0)
        {
            session.Output.Table(_columns, [.. shown.Select(IReadOnlyList<string?> (result) => [result.Text("paymentId"), result.Text("verdict"), result.Text("deliveryId"), result.Text("detail")])]);
        }

        session.Output.Line(results.Count == 0
            ? "Nothing matches."
            : $"{(results.Count == 1 ? "1 payment" : $"{results.Count} payments")}: {string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {count.Key}")))}.");
    }

    private static bool IsAsWished(JsonElement result) => result.Text("verdict") is "WouldRedeliver" || _done.Contains(result.Text("verdict"));

    private static SortedDictionary<string, int> Counts(List<JsonElement> results)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var verdict in results.Select(result => result.Text("verdict") ?? "unknown"))
        {
            counts[verdict] = counts.GetValueOrDefault(verdict) + 1;
        }

        return counts;
    }

    private static int Conclude(List<JsonElement> results, bool isFiltered)
    {
        // What a filter found may have been put right meanwhile; whoever names a payment wants that one.
        var done = results.Count(result => _done.Contains(result.Text("verdict")));
        var left = results.Count(result => !_done.Contains(result.Text("verdict")) && !(isFiltered && _needless.Contains(result.Text("verdict"))));
        return left == 0 ? ExitCodes.Done : done > 0 ? ExitCodes.Partly : ExitCodes.NotDone;
    }
}
