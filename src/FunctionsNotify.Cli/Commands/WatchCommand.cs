using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace FunctionsNotify.Cli;

/// <summary><c>notify watch</c>: what is open and what failed, as it changes.</summary>
internal static class WatchCommand
{
    private const int DefaultInterval = 2;
    private const string Watched = "Open,Rejected,Exhausted";

    public static Command Create(CommandSetup cli)
    {
        var interval = new Option<int>("--interval") { Description = $"Seconds between two looks, 1 to 3600; default {DefaultInterval}.", HelpName = "SECONDS", DefaultValueFactory = _ => DefaultInterval };
        var count = new Option<int?>("--count") { Description = "End after so many looks; default never (Ctrl+C).", HelpName = "N" };
        var rows = new Option<int>("--rows") { Description = $"The newest so many deliveries, 1 to {DeliveryFilter.MaxPageSize}; default 30.", HelpName = "N", DefaultValueFactory = _ => 30 };
        var command = new Command("watch", "Open and failed deliveries and the summary, refreshed; plain lines of what changed when the output is redirected.") { interval, count, rows };
        return cli.Runs(command, async (session, stop) =>
        {
            if (session.Get(interval) is < 1 or > 3600 || session.Get(rows) is < 1 or > DeliveryFilter.MaxPageSize || session.Get(count) is < 1)
            {
                throw CliFault.Usage($"--interval: 1 to 3600; --rows: 1 to {DeliveryFilter.MaxPageSize}; --count: from 1");
            }

            var looks = new Looks(session, TimeSpan.FromSeconds(session.Get(interval)), session.Get(count), session.Get(rows));
            try
            {
                await ShowAsync(session, looks, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // That is how a person ends it.
            }

            return ExitCodes.Done;
        });
    }

    private static async Task ShowAsync(Session session, Looks looks, CancellationToken stop)
    {
        if (session.IsJson)
        {
            await looks.RunAsync((summary, items) => session.Output.JsonLine(new { summary, items }), stop).ConfigureAwait(false);
        }
        else if (session.Host.OutputIsTerminal)
        {
            await session.Output.Console.Live(new Text("…"))
                .StartAsync(live => looks.RunAsync((summary, items) => live.UpdateTarget(Picture(summary, items, session.Host.Time.GetUtcNow())), stop))
                .ConfigureAwait(false);
        }
        else
        {
            var lines = new WatchLines(session.Output);
            await looks.RunAsync(lines.Show, stop).ConfigureAwait(false);
        }
    }

    private static Rows Picture(JsonElement summary, IReadOnlyList<JsonElement> items, DateTimeOffset now) => new(
        SafeText.Cell(WatchLines.Summary(summary)),
        Output.Grid(ListCommand.Columns, [.. items.Select(item => ListCommand.Row(item, now))]));

    // One fault does not end a watch that runs for hours: it is said, and the next look tries again.
    private sealed class Looks(Session session, TimeSpan interval, int? count, int rows)
    {
        public async Task RunAsync(Action<JsonElement, IReadOnlyList<JsonElement>> show, CancellationToken stop)
        {
            var hasSeen = false;
            for (var look = 1; ; look++)
            {
                try
                {
                    var summary = await session.Api.GetAsync(ApiCall.To("summary"), stop).ConfigureAwait(false);
                    var page = await new DeliveryFilter(Watched, null, null, null).PageAsync(session.Api, rows, null, stop).ConfigureAwait(false);
                    show(summary, page.Items("items"));
                    hasSeen = true;
                }
                catch (CliFault fault) when (hasSeen && fault.ExitCode == ExitCodes.Unreachable)
                {
                    session.Output.Hint(fault.Lines[0]);
                }

                if (look == count)
                {
                    return;
                }

                await Task.Delay(interval, session.Host.Time, stop).ConfigureAwait(false);
            }
        }
    }
}
