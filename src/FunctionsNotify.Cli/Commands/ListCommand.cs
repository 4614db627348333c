using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary><c>notify list</c>: the deliveries that did not succeed at their first attempt.</summary>
internal static class ListCommand
{
    internal static readonly string[] Columns = ["Payment", "Payment request", "Accepted (UTC)", "State", "Attempts", "Next due", "Last result"];

    public static Command Create(CommandSetup cli)
    {
        var filter = new FilterOptions();
        var pageSize = new Option<int?>("--page-size") { Description = $"1 to {DeliveryFilter.MaxPageSize}, default 50.", HelpName = "N" };
        var next = new Option<string?>("--continue") { Description = "The token that the page before gave.", HelpName = "TOKEN" };
        var all = new Option<bool>("--all") { Description = "Every page, not only one." };
        var command = new Command("list", "The deliveries that did not succeed at their first attempt, newest first; by default of the last 7 days.");
        filter.AddTo(command);
        command.Add(pageSize);
        command.Add(next);
        command.Add(all);
        return cli.Runs(command, async (session, stop) =>
        {
            var wanted = filter.Read(session);
            if (session.Get(pageSize) is { } size && size is < 1 or > DeliveryFilter.MaxPageSize)
            {
                throw CliFault.Usage($"--page-size: must be a whole number from 1 to {DeliveryFilter.MaxPageSize}");
            }

            if (session.Get(all) && (session.Has(pageSize) || session.Has(next)))
            {
                throw CliFault.Usage("--all: goes without --page-size and --continue");
            }

            List<JsonElement> items;
            string? token = null;
            if (session.Get(all))
            {
                items = await wanted.AllAsync(session.Api, stop).ToListAsync(stop).ConfigureAwait(false);
            }
            else
            {
                var page = await wanted.PageAsync(session.Api, session.Get(pageSize), session.Get(next), stop).ConfigureAwait(false);
                items = [.. page.Items("items")];
                token = page.Text("continuationToken");
            }

            Print(session, items, token);
            return ExitCodes.Done;
        });
    }

    internal static IReadOnlyList<string?> Row(JsonElement item, DateTimeOffset now) =>
    [
        item.Text("paymentId"),
        item.Text("paymentRequestId"),
        Times.Show(item.Time("acceptedAt")),
        item.Time("startingSince") is not null ? $"{item.Text("state")} (starting)" : item.Text("state"),
        item.Number("attemptCount")?.ToString(CultureInfo.InvariantCulture),
        item.Time("nextDueAt") is { } due ? Times.Due(due, now) : null,
        string.Join(' ', new[] { item.Text("lastKind"), item.Text("lastResultCode") }.OfType<string>()),
    ];

    private static void Print(Session session, List<JsonElement> items, string? token)
    {
        if (session.IsJson)
        {
            session.Output.Json(token is null ? new { items } : new { items, continuationToken = token });
            return;
        }

        var now = session.Host.Time.GetUtcNow();
        session.Output.Table(Columns, [.. items.Select(item => Row(item, now))]);
        session.Output.Hint(items.Count == 1 ? "1 delivery." : $"{items.Count} deliveries.");
        if (token is not null)
        {
            session.Output.Hint($"There may be more: --continue {token}, or --all");
        }
    }
}
