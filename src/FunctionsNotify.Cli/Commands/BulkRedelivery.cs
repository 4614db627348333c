using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>One call of a bulk redelivery: about so many payments, by id or by a filter over a stretch of time.</summary>
internal sealed record BulkPart(int Count, IReadOnlyList<string>? PaymentIds, DeliveryFilter? Filter)
{
    private const int PerCall = 100;

    public static IReadOnlyList<BulkPart> Of(IReadOnlyList<string> paymentIds) =>
        [.. paymentIds.Chunk(PerCall).Select(chunk => new BulkPart(chunk.Length, chunk, null))];

    /// <summary>
    /// Cuts the filter's time where the list has a hundred deliveries, so that each call is small and all of them
    /// together are the filter. The ids stay with the host: only it knows whether a payment's last delivery is the one
    /// that was found.
    /// </summary>
    public static IReadOnlyList<BulkPart> Of(DeliveryFilter filter, IReadOnlyList<JsonElement> items)
    {
        List<DateTimeOffset> times = [.. items.Select(item => item.Time("acceptedAt")).OfType<DateTimeOffset>().OrderDescending()];
        List<BulkPart> parts = [];
        var end = filter.To;
        for (var start = 0; start < times.Count;)
        {
            var last = Math.Min(start + PerCall, times.Count) - 1;
            while (last + 1 < times.Count && times[last + 1] == times[last])
            {
                last++;
            }

            var from = last + 1 == times.Count ? filter.From : times[last];
            parts.Add(new BulkPart(last + 1 - start, null, filter with { From = from, To = end }));
            end = from;
            start = last + 1;
        }

        return parts;
    }
}

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

    /// <summary>Says what would happen, and to how many payments.</summary>
    public async Task<int> PreviewAsync(IReadOnlyList<BulkPart> parts, CancellationToken stop)
    {
        List<JsonElement> results = [];
        await CallAsync(parts, dryRun: true, results, stop);
        foreach (var (verdict, count) in Counts(results))
        {
            session.Output.Hint($"{verdict}: {count}");
        }

        return results.Count(result => result.Text("verdict") == "WouldRedeliver");
    }

    public async Task<int> RunAsync(IReadOnlyList<BulkPart> parts, bool dryRun, string? resumeHint, CancellationToken stop)
    {
        if (resumeHint is not null)
        {
            // First of all: a run that is killed says nothing any more.
            session.Output.Hint($"Idempotency key: {key}. If this is cut off, finish it with: {resumeHint}");
        }

        List<JsonElement> results = [];
        IReadOnlyList<string>? fault = null;
        try
        {
            await CallAsync(parts, dryRun, results, stop);
        }
        catch (CliFault exception) when (results.Count > 0)
        {
            fault = exception.Lines;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && results.Count > 0)
        {
            fault = ["Interrupted."];
        }

        Print(results, dryRun);
        if (fault is not null)
        {
            foreach (var line in fault)
            {
                session.Output.Hint(line);
            }

            session.Output.Hint(resumeHint is null ? $"{results.Count} payments were looked at." : $"{results.Count} payments are done; finish it with: {resumeHint}");
            return ExitCodes.Partly;
        }

        return dryRun ? ExitCodes.Done : Conclude(results, isFiltered: parts.Any(part => part.Filter is not null));
    }

    private async Task CallAsync(IReadOnlyList<BulkPart> parts, bool dryRun, List<JsonElement> results, CancellationToken stop)
    {
        using var progress = new Progress(session, dryRun ? "Dry run" : "Redelivering", parts.Sum(part => part.Count));
        var done = 0;
        foreach (var part in parts)
        {
            var answer = await session.Api.PostAsync(ApiCall.To("redeliveries"), statement with { DryRun = dryRun, PaymentIds = part.PaymentIds, Filter = part.Filter }, key, stop);
            results.AddRange(answer.Items("results"));
            progress.Report(done += part.Count);
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
            session.Output.Table(_columns, shown.Select(IReadOnlyList<string?> (result) => [result.Text("paymentId"), result.Text("verdict"), result.Text("deliveryId"), result.Text("detail")]));
        }

        session.Output.Line(results.Count == 0
            ? "Nothing matches."
            : $"{(results.Count == 1 ? "1 payment" : $"{results.Count} payments")}: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}.");
        if (!statement.Force && counts.ContainsKey("Delivered"))
        {
            session.Output.Hint("Delivered: Alipay+ has acknowledged them; --force delivers them again.");
        }
    }

    private static bool IsDone(JsonElement result) => _done.Contains(result.Text("verdict"));

    private static bool IsAsWished(JsonElement result) => result.Text("verdict") is "WouldRedeliver" || IsDone(result);

    private static SortedDictionary<string, int> Counts(List<JsonElement> results) =>
        new(results.CountBy(result => result.Text("verdict") ?? "unknown").ToDictionary(), StringComparer.Ordinal);

    // What a filter found may have been put right meanwhile; whoever names a payment wants that one.
    private static int Conclude(List<JsonElement> results, bool isFiltered) =>
        results.All(result => IsDone(result) || (isFiltered && _needless.Contains(result.Text("verdict")))) ? ExitCodes.Done
        : results.Exists(IsDone) ? ExitCodes.Partly
        : ExitCodes.NotDone;
}
