using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>A change that can be made to many: what the API calls it, and what a person is asked.</summary>
internal sealed record BulkAction(string Name, string Of, string Progress, Func<string, string> Question)
{
    public static BulkAction Redeliver { get; } = new("redeliver", "notifications", "Redelivering", wanted => $"Deliver {wanted} payments again?");

    public static BulkAction SendNow { get; } = new("send-now", "notifications", "Sending", wanted => $"Send {wanted} payments now?");

    public static BulkAction Cancel { get; } = new("cancel", "notifications", "Cancelling", wanted => $"Cancel {wanted} deliveries?");

    public static BulkAction Requeue { get; } = new("requeue", "quarantine", "Requeuing", wanted => $"Requeue {wanted} messages?");

    public static BulkAction Discard { get; } = new("discard", "quarantine", "Discarding", wanted => $"Discard {wanted} messages?");
}

/// <summary>One call of a bulk change: about so many, by id or by a filter over a stretch of time.</summary>
internal sealed record BulkPart(int Count, IReadOnlyList<string>? PaymentIds, DeliveryFilter? Filter)
{
    public IReadOnlyList<string>? QuarantineIds { get; init; }

    public static IReadOnlyList<BulkPart> OfMessages(IReadOnlyList<string> quarantineIds) =>
        [.. quarantineIds.Chunk(PerCall).Select(chunk => new BulkPart(chunk.Length, null, null) { QuarantineIds = chunk })];

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
/// Changes many in calls of about a hundred, so that there is progress to show and little to do again after an
/// interruption. Every call carries the same idempotency key: a run that was cut off is finished by running it again.
/// </summary>
internal sealed class BulkRun(Session session, BulkAction action, CallBody statement, string key)
{
    private const int MaxShown = 20;
    private const int MaxKeyLength = 64;

    private static readonly string[] _done = ["Done", "AlreadyDone"];
    private static readonly string[] _needless = ["Open", "Delivered", "Ended", "Taken"];
    private readonly string _noun = action.Of == "quarantine" ? "message" : "payment";
    private static readonly string[] _columns = ["Of", "Verdict", "Delivery", "Detail"];

    /// <summary>Says what would happen, and to how many payments.</summary>
    public async Task<int> PreviewAsync(IReadOnlyList<BulkPart> parts, CancellationToken stop)
    {
        List<JsonElement> results = [];
        await CallAsync(parts, dryRun: true, results, stop);
        foreach (var (verdict, count) in Counts(results))
        {
            session.Output.Hint($"{verdict}: {count}");
        }

        return results.Count(result => result.Text("verdict") == "WouldDo");
    }

    public static Option<string?> KeyOption() => new("--idempotency-key") { Description = "The key of an earlier call: finishes that one instead of starting another.", HelpName = "KEY" };

    public static string Key(string? given)
    {
        var key = given ?? "notify-" + RandomNumberGenerator.GetHexString(20, lowercase: true);
        return key.Length is > 0 and <= MaxKeyLength && key.All(character => character is >= ' ' and <= '~')
            ? key
            : throw CliFault.Usage($"--idempotency-key: must be 1 to {MaxKeyLength} printable ASCII characters, has {key.Length}");
    }

    public static string Quoted(string value) => value.All(character => char.IsAsciiLetterOrDigit(character) || "-_.,:/+".Contains(character, StringComparison.Ordinal))
        ? value
        : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public void Confirm(int wanted) => session.Confirm(action.Question(wanted.ToString(CultureInfo.InvariantCulture)));

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

            session.Output.Hint(resumeHint is null ? $"{results.Count} were checked." : $"{results.Count} are done; finish the rest with: {resumeHint}");
            return ExitCodes.Partly;
        }

        return dryRun ? ExitCodes.Done : Conclude(results, isFiltered: parts.Any(part => part.Filter is not null));
    }

    private async Task CallAsync(IReadOnlyList<BulkPart> parts, bool dryRun, List<JsonElement> results, CancellationToken stop)
    {
        using var progress = new Progress(session, dryRun ? "Dry run" : action.Progress, parts.Sum(part => part.Count));
        var done = 0;
        foreach (var part in parts)
        {
            var answer = await session.Api.PostAsync(ApiCall.To("bulk", action.Of, action.Name), statement with { DryRun = dryRun, PaymentIds = part.PaymentIds, QuarantineIds = part.QuarantineIds, Filter = part.Filter }, key, stop);
            results.AddRange(answer.Items("results"));
            progress.Report(done += part.Count);
            if (answer.IsTrue("isMore"))
            {
                throw CliFault.NotDone("More payments match than one call may hold, all accepted at the same moment: name them by id.");
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
            session.Output.Table(_columns, shown.Select(IReadOnlyList<string?> (result) => [result.Text("quarantineId") ?? result.Text("paymentId"), result.Text("verdict"), result.Text("deliveryId"), result.Text("detail")]));
        }

        session.Output.Line(results.Count == 0
            ? "Nothing matches."
            : $"{(results.Count == 1 ? $"1 {_noun}" : $"{results.Count} {_noun}s")}: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}.");
        if (!statement.Force && counts.ContainsKey("Delivered"))
        {
            session.Output.Hint("Delivered: Alipay+ has acknowledged them; --force delivers them again.");
        }
    }

    private static bool IsDone(JsonElement result) => _done.Contains(result.Text("verdict"));

    private static bool IsAsWished(JsonElement result) => result.Text("verdict") is "WouldDo" || IsDone(result);

    private static SortedDictionary<string, int> Counts(List<JsonElement> results) =>
        new(results.CountBy(result => result.Text("verdict") ?? "unknown").ToDictionary(), StringComparer.Ordinal);

    // What a filter found may have been put right meanwhile; whoever names a payment wants that one.
    private static int Conclude(List<JsonElement> results, bool isFiltered) =>
        results.All(result => IsDone(result) || (isFiltered && _needless.Contains(result.Text("verdict")))) ? ExitCodes.Done
        : results.Exists(IsDone) ? ExitCodes.Partly
        : ExitCodes.NotDone;
}
