using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Cli;

/// <summary><c>notify quarantine</c>: messages that could not become a delivery, through the host's API.</summary>
internal static class QuarantineCommands
{
    private const int MaxBodyBytes = 64 * 1024;
    private static readonly string[] _columns = ["Id", "State", "Status", "Payment", "On the queue (UTC)", "First reason"];
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Command Create(CommandSetup cli)
    {
        var command = new Command("quarantine", "Messages that could not become a delivery: look at them, and put them right.");
        command.Add(List(cli));
        command.Add(Show(cli));
        command.Add(Requeue(cli));
        command.Add(Discard(cli));
        command.Add(Apply(cli));
        return command;
    }

    private static Command List(CommandSetup cli)
    {
        var state = new Option<string?>("--state") { Description = string.Join(" or ", Enum.GetNames<MessageState>()), HelpName = "STATE" };
        var status = new Option<string?>("--status") { Description = string.Join(", ", Enum.GetNames<QuarantineStatus>()), HelpName = "STATUS" };
        var payment = new Option<string?>("--payment") { Description = "Only of this payment.", HelpName = "PAYMENTID" };
        var pageSize = new Option<int?>("--page-size") { Description = $"1 to {DeliveryFilter.MaxPageSize}, default 50.", HelpName = "N" };
        var next = new Option<string?>("--continue") { Description = "The token that the page before gave.", HelpName = "TOKEN" };
        var command = new Command("list", "The records, newest first.") { state, status, payment, pageSize, next };
        return cli.Runs(command, async (session, stop) =>
        {
            var page = await session.Api.GetAsync(
                ApiCall.To("quarantine")
                    .With("state", session.Get(state)).With("status", session.Get(status)).With("paymentId", session.Get(payment))
                    .With("pageSize", session.Get(pageSize)).With("continuationToken", session.Get(next)),
                stop).ConfigureAwait(false);
            if (session.IsJson)
            {
                session.Output.Json(page);
                return ExitCodes.Done;
            }

            session.Output.Table(_columns, [.. page.Items("items").Select(Row)]);
            if (page.Text("continuationToken") is { } token)
            {
                session.Output.Hint($"There may be more: --continue {token}");
            }

            return ExitCodes.Done;
        });
    }

    private static Command Show(CommandSetup cli)
    {
        var id = Id();
        var withBody = new Option<bool>("--body") { Description = "Show the message too." };
        var save = new Option<string?>("--save-body") { Description = "Write the message to this new file.", HelpName = "FILE" };
        var command = new Command("show", "One record with every reason.") { id, withBody, save };
        return cli.Runs(command, async (session, stop) =>
        {
            var needsBody = session.Get(withBody) || session.Get(save) is not null;
            var record = await session.Api.GetAsync(Call(session.Get(id)!).With("body", needsBody ? "true" : null), stop).ConfigureAwait(false);
            var body = record.Text("body") is { } encoded ? Decode(encoded) : null;
            if (session.Get(save) is { } file)
            {
                GivenFile.WriteNew("--save-body", file, body ?? throw CliFault.NotDone("The host gave no body."), isSecret: false);
            }

            if (session.IsJson)
            {
                session.Output.Json(record);
                return ExitCodes.Done;
            }

            Print(session.Output, record);
            if (session.Get(withBody) && body is not null)
            {
                PrintBody(session.Output, body);
            }

            return ExitCodes.Done;
        });
    }

    private static Command Requeue(CommandSetup cli)
    {
        var body = new Option<string?>("--body") { Description = "The corrected message; - for standard input.", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Although the record is old, or the message is still refused." };
        return Change(cli, "requeue", "Put the message back on the queue, as it is or corrected.", [body, force], async (session, call, stop) => call with
        {
            Force = session.Get(force),
            Notification = session.Get(body) is { } file
                ? GivenJson.Object("--body", await GivenFile.ReadAsync(session, "--body", file, MaxBodyBytes, stop).ConfigureAwait(false))
                : (ReadOnlyMemory<byte>?)null,
        });
    }

    private static Command Discard(CommandSetup cli) =>
        Change(cli, "discard", "Lay the record aside: nothing will be sent for it.", [], (_, call, _) => Task.FromResult(call));

    private static Command Apply(CommandSetup cli)
    {
        var force = new Option<bool>("--force") { Description = "Although Alipay+ has acknowledged the payment." };
        return Change(cli, "apply", "Deliver a conflict's body as a correction of its payment.", [force], (session, call, _) =>
            Task.FromResult(call with { Force = session.Get(force) }));
    }

    private static Command Change(CommandSetup cli, string name, string description, IReadOnlyList<Option> options, Func<Session, CallBody, CancellationToken, Task<CallBody>> fill)
    {
        var id = Id();
        var statement = new StatementOptions();
        var command = new Command(name, description) { id };
        foreach (var option in options)
        {
            command.Add(option);
        }

        statement.AddTo(command);
        return cli.Runs(command, async (session, stop) =>
        {
            var target = Call(session.Get(id)!, name);
            var call = await fill(session, statement.Read(session), stop).ConfigureAwait(false);
            var answer = await session.Api.PostAsync(target, call.Write(), idempotencyKey: null, stop).ConfigureAwait(false);
            if (session.IsJson)
            {
                session.Output.Json(answer);
            }

            session.Output.Line(answer.Text("status") is { } status
                ? $"The record is {status} now."
                : $"{(answer.IsTrue("isRepeat") ? "Was applied before" : "Applied")}: the payment is delivered again as {answer.Text("deliveryId")}.");
            return ExitCodes.Done;
        });
    }

    private static Argument<string> Id() => new("ID") { Description = "The record's id, as list shows it: DAY/NAME." };

    private static ApiCall Call(string id, string? action = null)
    {
        if (!QuarantineRecord.IsId(id))
        {
            throw CliFault.Usage("ID: must be a record's id as list shows it, DAY/NAME.json");
        }

        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return action is null
            ? ApiCall.To("quarantine", id[..slash], id[(slash + 1)..])
            : ApiCall.To("quarantine", id[..slash], id[(slash + 1)..], action);
    }

    private static IReadOnlyList<string?> Row(JsonElement record)
    {
        var reasons = record.Items("reasons");
        return
        [
            record.Text("quarantineId"),
            record.Text("state"),
            record.Text("status"),
            record.Text("paymentId"),
            Times.Show(record.Time("insertedAt")),
            reasons.Count switch
            {
                0 => null,
                1 => Reason(reasons[0]),
                _ => string.Create(CultureInfo.InvariantCulture, $"{Reason(reasons[0])} and {reasons.Count - 1} more"),
            },
        ];
    }

    private static string Reason(JsonElement reason) => $"{reason.Text("field")}: {reason.Text("rule")} (found {reason.Text("shape")})";

    private static void Print(Output output, JsonElement record)
    {
        output.Fields(
            ("Record", record.Text("quarantineId")),
            ("State", record.Text("state")),
            ("Status", record.Text("status")),
            ("Payment", record.Text("paymentId") ?? "unknown"),
            ("Message", $"{record.Text("messageId")}, {record.Number("size")} bytes{(record.IsTrue("fromPoisonQueue") ? ", a copy from the poison queue" : string.Empty)}"),
            ("On the queue", Times.Show(record.Time("insertedAt"))),
            ("Quarantined", Times.Show(record.Time("quarantinedAt"))),
            ("Stands since", Times.Show(record.Time("claimedAt"))),
            ("Corrected", record.IsTrue("isCorrected") ? "yes" : null));
        output.Line("Reasons:");
        foreach (var reason in record.Items("reasons"))
        {
            output.Line($"  - {Reason(reason)}");
        }

        foreach (var entry in record.Items("history"))
        {
            output.Line($"{entry.Text("status")} {Times.Show(entry.Time("at"))} by {entry.Text("actor")}: {entry.Text("reason")}");
        }
    }

    private static void PrintBody(Output output, byte[] body)
    {
        try
        {
            var text = _strict.GetString(body);
            output.Line("Body:");
            output.Block(text);
        }
        catch (DecoderFallbackException)
        {
            output.Line("Body (base64, it is no UTF-8):");
            output.Line(Convert.ToBase64String(body));
        }
    }

    private static byte[]? Decode(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var written) ? bytes[..written] : null;
    }
}
