using System.CommandLine;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Changes to the app as a whole: <c>notify pause</c>, <c>resume</c> and <c>maintain</c>.</summary>
internal static class AppCommands
{
    private static readonly string[] _columns = ["Part", "Result"];

    public static Command Pause(CommandSetup setup) => Sending(
        setup,
        "pause",
        "Pause sending for the whole app, until resume: deliveries wait without using retries.",
        answer => answer.Object("pause") is { } pause ? $"Sending has been paused since {Times.Show(pause.Time("since"))}, by {pause.Text("actor")}: {pause.Text("reason")}" : "Sending is paused.");

    public static Command Resume(CommandSetup setup) => Sending(
        setup, "resume", "Resume sending; waiting payments continue by themselves.", _ => "Sending is resumed: waiting payments follow within half a minute, or within minutes after a pause of hours.");

    public static Command Maintain(CommandSetup setup)
    {
        var parts = new Option<string[]>("--part") { Description = "Only this part, repeatable: drain-poison, sweep, observe, find-stuck, purge; default all.", HelpName = "PART" };
        var statement = new StatementOptions();
        var command = new Command("maintain", "Run the app's upkeep by hand, in case its timer has stopped.") { parts };
        statement.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            var answer = await session.Api.PostAsync(
                ApiCall.To("maintenance"), statement.Read(session) with { Parts = session.Get(parts) is { Length: > 0 } given ? given : null }, idempotencyKey: null, stop);
            var ran = answer.Items("parts");
            if (session.IsJson)
            {
                session.Output.Json(answer);
            }
            else
            {
                session.Output.Table(_columns, ran.Select(IReadOnlyList<string?> (part) => [part.Text("part"), part.Text("result")]));
            }

            return ran.All(part => part.Text("result") == "complete") ? ExitCodes.Done : ExitCodes.Partly;
        });
    }

    private static Command Sending(CommandSetup setup, string name, string description, Func<JsonElement, string> tell)
    {
        var statement = new StatementOptions();
        var command = new Command(name, description);
        statement.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            var answer = await session.Api.PostAsync(ApiCall.To("sending", name), statement.Read(session), idempotencyKey: null, stop);
            if (session.IsJson)
            {
                session.Output.Json(answer);
            }

            session.Output.Line(tell(answer));
            return ExitCodes.Done;
        });
    }
}
