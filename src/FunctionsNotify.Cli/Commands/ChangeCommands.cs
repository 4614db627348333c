using System.CommandLine;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Who asks for a change, and why; both stand in the audit log.</summary>
internal sealed class StatementOptions
{
    private const int MaxActorLength = 64;
    private const int MaxReasonLength = 200;

    private readonly Option<string?> _actor = new("--actor") { Description = $"Who makes the change, at most {MaxActorLength} characters; default the signed-in user.", HelpName = "NAME" };

    public Option<string?> Reason { get; } = new("--reason") { Description = $"Why, at most {MaxReasonLength} characters; required; asked for at a terminal.", HelpName = "TEXT" };

    public void AddTo(Command command)
    {
        command.Add(_actor);
        command.Add(Reason);
    }

    // A dry run changes nothing, so nobody need say why.
    public CallBody Read(Session session, bool isDryRun = false)
    {
        var actor = session.Get(_actor) is { } given ? Judge("--actor", given, MaxActorLength)
            : session.IsSignedIn ? null
            : SignedInUser(session.Host.User);
        return new CallBody { Actor = actor, Reason = Judge("--reason", session.Get(Reason) ?? (isDryRun ? "dry run" : Ask(session)), MaxReasonLength) };
    }

    private static string Ask(Session session)
    {
        if (session.Host.ReadAnswer is not { } read)
        {
            throw CliFault.Usage("--reason: is required");
        }

        session.Host.Error.Write("Reason: ");
        return read() ?? string.Empty;
    }

    private static string Judge(string option, string text, int maxLength) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && !text.Any(char.IsControl)
            ? text
            : throw CliFault.Usage($"{option}: must be 1 to {maxLength} characters without control characters, has {text.Length}");

    // A system may know a user by a longer name than the record keeps.
    private static string SignedInUser(string user)
    {
        var clean = string.Concat(user.Where(character => !char.IsControl(character)));
        return clean.Length == 0 ? "unknown" : clean[..Math.Min(clean.Length, MaxActorLength)];
    }
}

/// <summary>Changes to one delivery: cancel, send-now, repair.</summary>
internal static class ChangeCommands
{
    private const int DefaultWait = 15;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    public static Command Cancel(CommandSetup setup) =>
        Commanding(setup, "cancel", "End an open delivery; a final answer to an attempt in flight wins.", expectedAttempt: null);

    public static Command SendNow(CommandSetup setup) =>
        Commanding(setup, "send-now", "Make an open delivery's next attempt at once.", new Option<int?>("--expected-attempt") { Description = "Only if it waits for this attempt.", HelpName = "N" });

    public static Command Repair(CommandSetup setup)
    {
        var paymentId = new Argument<string>("PAYMENTID") { Description = "The payment's id." };
        var statement = new StatementOptions();
        var command = new Command("repair", "Restart a broken delivery, whose orchestration failed or was terminated before it ended.") { paymentId };
        statement.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            var answer = await session.Api.PostAsync(ApiCall.To("notifications", session.Get(paymentId)!, "repair"), statement.Read(session), idempotencyKey: null, stop);
            if (session.IsJson)
            {
                session.Output.Json(answer);
            }

            session.Output.Line($"Delivery {answer.Text("deliveryId")} now works on it.");
            return ExitCodes.Done;
        });
    }

    /// <summary>Makes a change; where only force is missing, the refusal names the option.</summary>
    internal static async Task<JsonElement> ForceableAsync(Session session, ApiCall call, CallBody body, string? idempotencyKey, CancellationToken stop)
    {
        try
        {
            return await session.Api.PostAsync(call, body, idempotencyKey, stop);
        }
        catch (CliFault fault) when (!body.Force && fault.HttpStatus == 409 && fault.Message.Contains("force", StringComparison.OrdinalIgnoreCase))
        {
            throw fault.With("If you mean it, add --force.");
        }
    }

    // The host takes such a command at once and decides on it later, so each waits a while for the verdict.
    private static Command Commanding(CommandSetup setup, string name, string description, Option<int?>? expectedAttempt)
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
        return setup.Runs(command, async (session, stop) =>
        {
            var id = session.Get(paymentId)!;
            if (session.Get(wait) is < 0 or > 3600)
            {
                throw CliFault.Usage("--wait: must be a whole number from 0 to 3600");
            }

            var body = statement.Read(session) with { ExpectedAttempt = expectedAttempt is null ? null : session.Get(expectedAttempt) };
            if (body.ExpectedAttempt is < 1)
            {
                throw CliFault.Usage("--expected-attempt: must be a whole number from 1");
            }

            var accepted = await session.Api.PostAsync(ApiCall.To("notifications", id, name), body, idempotencyKey: null, stop);
            var (verdict, attempt) = await VerdictAsync(session, id, accepted, TimeSpan.FromSeconds(session.Get(wait)), stop);
            return Tell(session, accepted, verdict, attempt);
        });
    }

    // The verdict and, of a send-now that was applied, what its attempt came to.
    private static async Task<(JsonElement? Verdict, string? Attempt)> VerdictAsync(Session session, string paymentId, JsonElement accepted, TimeSpan atMost, CancellationToken stop)
    {
        var time = session.Host.Time;
        var began = time.GetTimestamp();
        JsonElement? verdict = null;
        JsonElement delivery = default;
        var wasOver = false;
        while (wasOver || time.GetElapsedTime(began) < atMost)
        {
            var view = await session.Api.GetAsync(ApiCall.To("notifications", paymentId), stop);
            // A redelivery meanwhile makes the command's delivery an earlier one.
            foreach (var each in view.Items("earlierDeliveries").Append(view.Object("delivery") ?? default))
            {
                foreach (var command in each.Items("commands").Where(command => command.Text("id") == accepted.Text("commandId")))
                {
                    (verdict, delivery) = (command, each);
                }
            }

            if (verdict is { } known
                && (known.Text("result") != "Applied" || accepted.Number("attempt") is not { } number || AttemptOf(delivery, number) is { } || delivery.Number("nextAttempt") is null))
            {
                return (known, known.Text("result") == "Applied" && accepted.Number("attempt") is { } made ? AttemptOf(delivery, made) : null);
            }

            // The host takes a command also for a delivery that ended meanwhile, and then nobody decides on it. A delivery that
            // ends just now may still do so: hence two looks.
            var isSame = view.Text("deliveryId") == accepted.Text("deliveryId");
            var isOver = verdict is null && !(isSame && view.Text("state") == "Open");
            if (isOver && wasOver)
            {
                var detail = isSame ? $"the delivery had ended: {view.Text("state")}" : "the delivery had ended";
                return (JsonSerializer.SerializeToElement(new { id = accepted.Text("commandId"), result = "TooLate", detail }), null);
            }

            wasOver = isOver;
            await Task.Delay(_pause, time, stop);
        }

        return (verdict, null);
    }

    private static string? AttemptOf(JsonElement delivery, long number)
    {
        foreach (var attempt in delivery.Items("attempts"))
        {
            if (attempt.Number("number") == number && attempt.Object("result") is { } result)
            {
                return string.Join(' ', new[] { $"Attempt {number}:", result.Text("kind"), result.Text("resultStatus"), result.Text("resultCode"), result.Text("detail") }.OfType<string>());
            }
        }

        return delivery.Text("waitsFor") is { } reason && delivery.Text("phase") == "Waiting" && delivery.Number("nextAttempt") == number
            ? $"Attempt {number} was postponed: {reason}"
            : null;
    }

    private static int Tell(Session session, JsonElement accepted, JsonElement? verdict, string? attempt)
    {
        if (session.IsJson)
        {
            session.Output.Json(new { commandId = accepted.Text("commandId"), deliveryId = accepted.Text("deliveryId"), verdict, attempt });
        }

        if (verdict is not { } known)
        {
            session.Output.Line($"Accepted as command {accepted.Text("commandId")}; its verdict will appear in the payment's status.");
            return ExitCodes.Done;
        }

        var result = known.Text("result");
        session.Output.Line($"{result}{(known.Text("detail") is { } detail ? $": {detail}" : ".")}");
        if (attempt is not null)
        {
            session.Output.Line(attempt);
        }

        return result == "Applied" ? ExitCodes.Done : ExitCodes.NotDone;
    }
}
