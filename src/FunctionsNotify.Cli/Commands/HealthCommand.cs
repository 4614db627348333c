using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary><c>notify health</c>: does the host run, and can it work.</summary>
internal static class HealthCommand
{
    public static Command Create(CommandSetup cli)
    {
        var command = new Command("health", "Does the host run, can it reach what it needs, and what is waiting. Ends with 1 when a check fails.");
        return cli.Runs(command, async (session, stop) =>
        {
            var live = await session.Api.GetAsync(ApiCall.To("health"), stop).ConfigureAwait(false);
            var ready = await session.Api.GetAsync(ApiCall.To("health", "ready"), stop, HttpStatusCode.ServiceUnavailable).ConfigureAwait(false);
            var isGood = live.Text("status") == "ok" && ready.Text("status") == "ok";
            if (session.IsJson)
            {
                session.Output.Json(new { live, ready });
                return isGood ? ExitCodes.Done : ExitCodes.NotDone;
            }

            Print(session.Output, live, ready);
            return isGood ? ExitCodes.Done : ExitCodes.NotDone;
        });
    }

    private static void Print(Output output, JsonElement live, JsonElement ready)
    {
        var policy = live.Object("delivery") ?? default;
        output.Fields(
            ("Host", $"{live.Text("host")} {live.Text("version")}: {live.Text("status")}"),
            ("Ready", ready.Text("status")),
            ("Breaker", live.Text("breaker") ?? live.Object("breaker")?.ToString()),
            ("Retry schedule", string.Join(' ', policy.Items("retryDelays").Select(Delay))));
        output.Table(
            ["Check", "Status", "Detail"],
            [.. ready.Items("checks").Select(IReadOnlyList<string?> (check) => [check.Text("name"), check.Text("status"), check.Text("detail")])]);
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
