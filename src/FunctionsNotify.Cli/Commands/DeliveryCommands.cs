using System.CommandLine;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>
/// <c>notify cancel</c> and <c>notify send-now</c>: commands to an open delivery. The host takes them at once and decides
/// on them later, so each waits a while for the verdict.
/// </summary>
internal static class DeliveryCommands
{
    private const int DefaultWait = 15;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    public static Command Cancel(CommandSetup cli) =>
        Create(cli, "cancel", "End an open delivery; a final answer to an attempt in flight wins.", expectedAttempt: null);

    public static Command SendNow(CommandSetup cli) =>
        Create(cli, "send-now", "Make the attempt that an open delivery waits for at once.", new Option<int?>("--expected-attempt") { Description = "Only if it waits for this attempt.", HelpName = "N" });

    private static Command Create(CommandSetup cli, string name, string description, Option<int?>? expectedAttempt)
    {
        var paymentId = new Argument<string>("PAYMENTID") { Description = "The payment's id." };
        var wait = new Option<int>("--wait") { Description = $"How many seconds to wait for the verdict, 0 for not at all; default {DefaultWait}.", HelpName = "SECONDS", DefaultValueFactory = _ => DefaultWait };
        var statement = new StatementOptions();
        var command = new Command(name, description) { paymentId, wait };
        if (expectedAttempt is not null)
        {
            command.Add(expectedAttempt);
        }

        statement.AddTo(command);
        return cli.Runs(command, async (session, stop) =>
        {
            var id = session.Get(paymentId)!;
            if (session.Get(wait) is < 0 or > 3600)
            {
                throw CliFault.Usage("--wait: must be a whole number from 0 to 3600");
            }

            var body = statement.Read(session);
            if (expectedAttempt is not null && session.Get(expectedAttempt) is { } attempt)
            {
                body = body with { ExpectedAttempt = attempt >= 1 ? attempt : throw CliFault.Usage("--expected-attempt: must be a whole number from 1") };
            }

            var accepted = await session.Api.PostAsync(ApiCall.To("notifications", id, name), body.Write(), idempotencyKey: null, stop).ConfigureAwait(false);
            var verdict = await VerdictAsync(session, id, accepted.Text("commandId"), TimeSpan.FromSeconds(session.Get(wait)), stop).ConfigureAwait(false);
            return Tell(session, accepted, verdict);
        });
    }

    private static async Task<JsonElement?> VerdictAsync(Session session, string paymentId, string? commandId, TimeSpan atMost, CancellationToken stop)
    {
        var time = session.Host.Time;
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < atMost)
        {
            if (await session.Api.FindAsync(ApiCall.To("notifications", paymentId), stop).ConfigureAwait(false) is { } view
                && view.Object("delivery") is { } delivery
                && delivery.Items("commands").FirstOrDefault(command => command.Text("id") == commandId) is { ValueKind: JsonValueKind.Object } verdict)
            {
                return verdict;
            }

            await Task.Delay(_pause, time, stop).ConfigureAwait(false);
        }

        return null;
    }

    private static int Tell(Session session, JsonElement accepted, JsonElement? verdict)
    {
        if (session.IsJson)
        {
            session.Output.Json(new { commandId = accepted.Text("commandId"), deliveryId = accepted.Text("deliveryId"), verdict });
        }

        if (verdict is not { } known)
        {
            session.Output.Line($"Accepted as command {accepted.Text("commandId")}; its verdict will stand in the payment's status.");
            return ExitCodes.Done;
        }

        var result = known.Text("result");
        session.Output.Line($"{result}{(known.Text("detail") is { } detail ? $": {detail}" : ".")}");
        return result == "Applied" ? ExitCodes.Done : ExitCodes.NotDone;
    }
}
