using System.CommandLine;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Looks again and again, for <c>notify watch</c> and <c>notify status --watch</c>.</summary>
internal sealed class Looking
{
    private readonly Option<int> _interval = new("--interval") { Description = "Seconds between updates, 1 to 3600; default 2.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };
    private readonly Option<int?> _count = new("--count") { Description = "Stop after this many updates; default never (Ctrl+C).", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Add(_interval);
        command.Add(_count);
    }

    public bool IsGiven(Session session) => session.Has(_interval) || session.Has(_count);

    // Until a look says that it was the last.
    public async Task<int> RunAsync(Session session, Func<CancellationToken, Task<bool>> look, CancellationToken stop)
    {
        if (session.Get(_interval) is < 1 or > 3600 || session.Get(_count) is < 1)
        {
            throw CliFault.Usage("--interval: 1 to 3600; --count: from 1");
        }

        try
        {
            for (var number = 1; ; number++)
            {
                try
                {
                    if (await look(stop) || number == session.Get(_count))
                    {
                        return ExitCodes.Done;
                    }
                }
                catch (CliFault fault) when (number > 1 && fault.ExitCode == ExitCodes.Unreachable && number != session.Get(_count))
                {
                    // One fault does not end a watch that runs for hours: it is said, and the next look tries again.
                    session.Output.Hint(fault.Lines[0]);
                }

                await Task.Delay(TimeSpan.FromSeconds(session.Get(_interval)), session.Host.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how a person ends it.
            return ExitCodes.Done;
        }
    }
}

internal static class WatchCommand
{
    private const string Watched = "Open,Rejected,Exhausted";

    public static Command Create(CommandSetup setup)
    {
        var looking = new Looking();
        var rows = new Option<int>("--rows") { Description = $"How many of the newest deliveries to show, 1 to {ApiClient.MaxPageSize}; default 30.", HelpName = "N", DefaultValueFactory = _ => 30 };
        var command = new Command("watch", "Open and failed deliveries and the summary, refreshed; plain lines of what changed when the output is redirected.") { rows };
        looking.AddTo(command);
        return setup.Runs(command, (session, stop) =>
        {
            if (session.Get(rows) is < 1 or > ApiClient.MaxPageSize)
            {
                throw CliFault.Usage($"--rows: 1 to {ApiClient.MaxPageSize}");
            }

            var changes = new Changes(session.Output);
            return looking.RunAsync(
                session,
                async cancellationToken =>
                {
                    var summary = await session.Api.GetAsync(ApiCall.To("summary"), cancellationToken);
                    var items = (await new DeliveryFilter(Watched, null, null, null).PageAsync(session.Api, session.Get(rows), null, cancellationToken)).Items("items");
                    Show(session, changes, summary, items);
                    return false;
                },
                stop);
        });
    }

    private static void Show(Session session, Changes changes, JsonElement summary, IReadOnlyList<JsonElement> items)
    {
        if (session.IsJson)
        {
            session.Output.JsonLine(new { summary, items });
        }
        else if (session.Host.HasColours)
        {
            session.Output.Clear();
            session.Output.Line(Summary(summary));
            session.Output.Table(ListCommand.Columns, items.Select(item => ListCommand.Row(item, session.Host.Time.GetUtcNow())));
        }
        else
        {
            changes.Show(summary, items);
        }
    }

    // What the host could not count in time is "?".
    private static string Summary(JsonElement summary)
    {
        var deliveries = summary.Object("deliveries") ?? default;
        var quarantine = summary.Object("quarantine") ?? default;
        var queues = summary.Items("queues").Select(queue => $"{queue.Text("queue")} {Count(queue, "depth")}").DefaultIfEmpty("?");
        var paused = summary.Object("pause") is { } pause ? $"SENDING IS PAUSED since {Times.Show(pause.Time("since"))} by {pause.Text("actor")}: {pause.Text("reason")}; " : string.Empty;
        return $"{paused}open {Count(deliveries, "open")}, overdue {Count(deliveries, "overdue")}; 24 h: late {Count(deliveries, "deliveredLate")}, rejected {Count(deliveries, "rejected")}, exhausted {Count(deliveries, "exhausted")}, cancelled {Count(deliveries, "cancelled")}; queues: {string.Join(", ", queues)}; quarantine: invalid {Count(quarantine, "invalid")}, conflict {Count(quarantine, "conflict")}{(summary.IsTrue("isPartial") ? "; counts are partial" : string.Empty)}";

        static string Count(JsonElement of, string name) => of.Number(name).Shown() ?? "?";
    }

    // What is not as it was at the last look, a line each.
    private sealed class Changes(Output output)
    {
        private readonly Dictionary<string, (string PaymentId, string Standing)> _known = new(StringComparer.Ordinal);
        private string? _summary;

        public void Show(JsonElement summary, IReadOnlyList<JsonElement> items)
        {
            var at = Times.Show(summary.Time("at"));
            if (Summary(summary) is var line && line != _summary)
            {
                _summary = line;
                output.Line($"{at} {line}");
            }

            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in items.Reverse())
            {
                var id = item.Text("deliveryId") ?? string.Empty;
                var now = (item.Text("paymentId") ?? string.Empty, Standing(item));
                present.Add(id);
                if (!_known.TryGetValue(id, out var before) || before != now)
                {
                    _known[id] = now;
                    output.Line($"{at} {now.Item1}: {now.Item2}");
                }
            }

            foreach (var gone in _known.Keys.Where(id => !present.Contains(id)).ToList())
            {
                output.Line($"{at} {_known[gone].PaymentId}: no longer open or failed, or no longer among the newest");
                _known.Remove(gone);
            }
        }

        private static string Standing(JsonElement item)
        {
            var last = string.Join(' ', new[] { item.Text("lastKind"), item.Text("lastResultCode") }.OfType<string>());
            var attempts = item.Number("attemptCount") is 1 ? "1 attempt" : $"{item.Number("attemptCount")} attempts";
            return $"{item.Text("state")}, {attempts}{(last.Length > 0 ? $", last {last}" : string.Empty)}{(item.Time("nextDueAt") is { } due ? $", next {Times.Show(due)}" : string.Empty)}";
        }
    }
}
