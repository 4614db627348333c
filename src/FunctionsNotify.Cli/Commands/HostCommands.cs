using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary><c>notify health</c> and <c>notify audit</c>.</summary>
internal static class HostCommands
{
    private static readonly string[] _auditColumns = ["At (UTC)", "Actor", "Action", "Payment", "Quarantine", "Delivery", "Outcome", "Reason"];
    private static readonly string[] _healthColumns = ["Check", "Status", "Detail"];

    public static Command Audit(CommandSetup setup)
    {
        var payment = new Option<string?>("--payment") { Description = "Only changes of this payment.", HelpName = "PAYMENTID" };
        var range = new TimeRangeOptions("At or after");
        var pages = new PageOptions();
        var command = new Command("audit", "Who changed what, when and why, newest first.") { payment };
        range.AddTo(command);
        pages.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            List<string> problems = [];
            var (from, to) = range.Read(session, problems);
            var (size, token) = pages.Read(session);
            if (problems.Count > 0)
            {
                throw CliFault.Usage(problems);
            }

            var page = await session.Api.GetAsync(
                ApiCall.To("audit").With("paymentId", session.Get(payment)).With("from", from).With("to", to).With("pageSize", size).With("continuationToken", token),
                stop);
            PrintPage(session, page, _auditColumns, entry =>
                [Times.Show(entry.Time("at")), entry.Text("actor"), entry.Text("action"), entry.Text("paymentId"), entry.Text("quarantineId"), entry.Text("deliveryId"), entry.Text("outcome"), entry.Text("reason")]);
            return ExitCodes.Done;
        });
    }

    public static Command Health(CommandSetup setup) =>
        setup.Runs(new Command("health", "Whether the host runs and reaches what it needs, and what is waiting. Exits with 1 if a check fails."), async (session, stop) =>
        {
            var live = await session.Api.GetAsync(ApiCall.To("health"), stop);
            var ready = await session.Api.GetAsync(ApiCall.To("health", "ready"), stop, HttpStatusCode.ServiceUnavailable);
            if (session.IsJson)
            {
                session.Output.Json(new { live, ready });
            }
            else
            {
                session.Output.Fields(
                    ("Host", $"{live.Text("host")} {live.Text("version")}: {live.Text("status")}"),
                    ("Ready", ready.Text("status")),
                    ("Retry schedule", string.Join(' ', (live.Object("delivery") ?? default).Items("retryDelays").Select(Delay))));
                session.Output.Table(_healthColumns, ready.Items("checks").Select(IReadOnlyList<string?> (check) => [check.Text("name"), check.Text("status"), check.Text("detail")]));
            }

            return live.Text("status") == "ok" && ready.Text("status") == "ok" ? ExitCodes.Done : ExitCodes.NotDone;
        });

    internal static void PrintPage(Session session, JsonElement page, IReadOnlyList<string> columns, Func<JsonElement, IReadOnlyList<string?>> row)
    {
        if (session.IsJson)
        {
            session.Output.Json(page);
            return;
        }

        session.Output.Table(columns, page.Items("items").Select(row));
        if (page.Text("continuationToken") is { } token)
        {
            session.Output.Hint($"There may be more: --continue {token}");
        }
    }

    private static string Delay(JsonElement delay) => delay.ValueKind == JsonValueKind.String && TimeSpan.TryParse(delay.GetString(), CultureInfo.InvariantCulture, out var span)
        ? span switch
        {
            { Ticks: var ticks } when ticks % TimeSpan.TicksPerHour == 0 => $"{span.TotalHours:0}h",
            { Ticks: var ticks } when ticks % TimeSpan.TicksPerMinute == 0 => $"{span.TotalMinutes:0}m",
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###}s"),
        }
        : delay.ToString();
}
