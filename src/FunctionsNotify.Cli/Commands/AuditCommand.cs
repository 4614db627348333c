using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary><c>notify audit</c>: who changed what, when and why.</summary>
internal static class AuditCommand
{
    private static readonly string[] _columns = ["At (UTC)", "Actor", "Action", "Payment", "Quarantine", "Delivery", "Outcome", "Reason"];

    public static Command Create(CommandSetup cli)
    {
        var payment = new Option<string?>("--payment") { Description = "Only changes of this payment.", HelpName = "PAYMENTID" };
        var from = new Option<string?>("--from") { Description = "At or after: an ISO 8601 time, a day, or how long ago (90m, 24h, 7d).", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Before.", HelpName = "TIME" };
        var pageSize = new Option<int?>("--page-size") { Description = $"1 to {DeliveryFilter.MaxPageSize}, default 50.", HelpName = "N" };
        var next = new Option<string?>("--continue") { Description = "The token that the page before gave.", HelpName = "TOKEN" };
        var command = new Command("audit", "Who changed what, when and why, newest first.") { payment, from, to, pageSize, next };
        return cli.Runs(command, async (session, stop) =>
        {
            var now = session.Host.Time.GetUtcNow();
            List<string> problems = [];
            var since = FilterOptions.TimeOf("--from", session.Get(from), now, problems);
            var until = FilterOptions.TimeOf("--to", session.Get(to), now, problems);
            if (problems.Count > 0)
            {
                throw CliFault.Usage(problems);
            }

            var page = await session.Api.GetAsync(
                ApiCall.To("audit").With("paymentId", session.Get(payment)).With("from", since).With("to", until).With("pageSize", session.Get(pageSize)).With("continuationToken", session.Get(next)),
                stop).ConfigureAwait(false);
            if (session.IsJson)
            {
                session.Output.Json(page);
                return ExitCodes.Done;
            }

            session.Output.Table(
                _columns,
                [.. page.Items("items").Select(IReadOnlyList<string?> (entry) =>
                    [Times.Show(entry.Time("at")), entry.Text("actor"), entry.Text("action"), entry.Text("paymentId"), entry.Text("quarantineId"), entry.Text("deliveryId"), entry.Text("outcome"), entry.Text("reason")])]);
            if (page.Text("continuationToken") is { } token)
            {
                session.Output.Hint($"There may be more: --continue {token}");
            }

            return ExitCodes.Done;
        });
    }
}
