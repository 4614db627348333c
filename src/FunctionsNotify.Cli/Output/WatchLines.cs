using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>What changed between two looks, a line each.</summary>
internal sealed class WatchLines(Output output)
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private string? _summary;

    /// <summary>Writes what is not as it was at the last look.</summary>
    public void Show(JsonElement summary, IReadOnlyList<JsonElement> items)
    {
        var line = Summary(summary);
        if (line != _summary)
        {
            _summary = line;
            output.Line($"{Times.Show(summary.Time("at"))} {line}");
        }

        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items.Reverse())
        {
            var id = item.Text("deliveryId") ?? string.Empty;
            present.Add(id);
            var standing = Standing(item);
            if (_known.GetValueOrDefault(id) != standing)
            {
                _known[id] = standing;
                output.Line($"{Times.Show(summary.Time("at"))} {item.Text("paymentId")}: {standing}");
            }
        }

        foreach (var gone in _known.Keys.Where(id => !present.Contains(id)).ToList())
        {
            _known.Remove(gone);
            output.Line($"{Times.Show(summary.Time("at"))} {gone}: no longer open or failed, or no longer among the newest");
        }
    }

    /// <summary>The summary in one line.</summary>
    public static string Summary(JsonElement summary)
    {
        var deliveries = summary.Object("deliveries") ?? default;
        var quarantine = summary.Object("quarantine") ?? default;
        var queues = summary.Items("queues").Select(queue => $"{queue.Text("queue")} {queue.Number("depth")}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"open {deliveries.Number("open")}, overdue {deliveries.Number("overdue")}; 24 h: late {deliveries.Number("deliveredLate")}, rejected {deliveries.Number("rejected")}, exhausted {deliveries.Number("exhausted")}, cancelled {deliveries.Number("cancelled")}; queues: {string.Join(", ", queues)}; quarantine: invalid {quarantine.Number("invalid")}, conflict {quarantine.Number("conflict")}; breaker {summary.Text("breaker")}{(summary.IsTrue("isPartial") ? "; counts are partial" : string.Empty)}");
    }

    private static string Standing(JsonElement item) => string.Create(
        CultureInfo.InvariantCulture,
        $"{item.Text("state")}, {item.Number("attemptCount")} attempts{Last(item)}{(item.Time("nextDueAt") is { } due ? $", next {Times.Show(due)}" : string.Empty)}");

    private static string Last(JsonElement item) => (item.Text("lastKind"), item.Text("lastResultCode")) switch
    {
        (null, _) => string.Empty,
        ({ } kind, null) => $", last {kind}",
        ({ } kind, { } code) => $", last {kind} {code}",
    };
}
