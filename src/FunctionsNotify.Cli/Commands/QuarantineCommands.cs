using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Cli;

/// <summary><c>notify quarantine</c>: messages that could not become a delivery.</summary>
internal static partial class QuarantineCommands
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MinPartOfId = 6;
    private const int MaxPagesOfParts = 10;
    private static readonly string[] _columns = ["Id", "State", "Status", "Payment", "On the queue (UTC)", "First reason"];
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Command Create(CommandSetup setup) => new("quarantine", "Messages that could not become a delivery: look at them, and put them right.")
    {
        List(setup),
        Show(setup),
        Requeue(setup),
        Discard(setup),
    };

    private static Command List(CommandSetup setup)
    {
        var state = new Option<string?>("--state") { Description = "Invalid or Conflict.", HelpName = "STATE" };
        var status = new Option<string?>("--status") { Description = "Waiting, Requeuing, Requeued or Discarded.", HelpName = "STATUS" };
        var payment = new Option<string?>("--payment") { Description = "Only of this payment.", HelpName = "PAYMENTID" };
        var pages = new PageOptions();
        var command = new Command("list", "The records, newest first.") { state, status, payment };
        pages.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            var (size, token) = pages.Read(session);
            var page = await session.Api.GetAsync(
                ApiCall.To("quarantine").With("state", session.Get(state)).With("status", session.Get(status)).With("paymentId", session.Get(payment)).With("pageSize", size).With("continuationToken", token),
                stop);
            HostCommands.PrintPage(session, page, _columns, Row);
            return ExitCodes.Done;
        });
    }

    private static Command Show(CommandSetup setup)
    {
        var id = Id();
        var withBody = new Option<bool>("--body") { Description = "Show the message too." };
        var save = new Option<string?>("--save-body") { Description = "Write the message to this new file.", HelpName = "FILE" };
        var command = new Command("show", "One record with every reason.") { id, withBody, save };
        return setup.Runs(command, async (session, stop) =>
        {
            var needsBody = session.Get(withBody) || session.Get(save) is not null;
            var call = ApiCall.To(["quarantine", .. await SegmentsAsync(session, session.Get(id)!, stop)]).With("body", needsBody ? "true" : null);
            var record = await session.Api.GetAsync(call, stop);
            var body = record.Text("body") is { } encoded ? Decode(encoded) : null;
            if (session.Get(save) is { } file)
            {
                GivenFile.WriteNew("--save-body", file, body ?? throw CliFault.NotDone("The host gave no body."));
            }

            if (session.IsJson)
            {
                session.Output.Json(record);
            }
            else
            {
                Print(session.Output, record, session.Get(withBody) ? body : null);
            }

            return ExitCodes.Done;
        });
    }

    private static Command Requeue(CommandSetup setup)
    {
        var body = new Option<string?>("--body") { Description = "The corrected message; - for standard input.", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Even if the record is old, or the message is still refused." };
        return Change(setup, "requeue", "Put the message back on the queue, as it is or corrected.", [body, force], async (session, call, stop) => call with
        {
            Force = session.Get(force),
            Body = session.Get(body) is { } file ? await GivenFile.ReadObjectAsync(session, "--body", file, MaxBodyBytes, stop) : default(ReadOnlyMemory<byte>?),
        });
    }

    private static Command Discard(CommandSetup setup) =>
        Change(setup, "discard", "Set the record aside: nothing will be sent for it.", [], (_, call, _) => Task.FromResult(call));

    private static Command Change(CommandSetup setup, string name, string description, IReadOnlyList<Option> options, Func<Session, CallBody, CancellationToken, Task<CallBody>> fill)
    {
        var id = Id();
        var statement = new StatementOptions();
        var command = new Command(name, description) { id };
        foreach (var option in options)
        {
            command.Add(option);
        }

        statement.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            if (session.Get(id)!.Length < MinPartOfId)
            {
                throw CliFault.Usage(IdRule);
            }

            var call = await fill(session, statement.Read(session), stop);
            var answer = await ChangeCommands.ForceableAsync(session, ApiCall.To(["quarantine", .. await SegmentsAsync(session, session.Get(id)!, stop), name]), call, idempotencyKey: null, stop);
            if (session.IsJson)
            {
                session.Output.Json(answer);
            }

            session.Output.Line($"The record is now {answer.Text("status")}.");
            return ExitCodes.Done;
        });
    }

    private static Argument<string> Id() => new("ID") { Description = "The record's id as list shows it, or the beginning of its last part." };

    private static string IdRule => $"ID: must be a record's id as list shows it, or at least {MinPartOfId} characters of its last part";

    // A record's id is DAY/TICKS-MESSAGEID.json; nobody types that.
    private static async Task<string[]> SegmentsAsync(Session session, string given, CancellationToken stop)
    {
        if (FullId().IsMatch(given))
        {
            return given.Split('/');
        }

        if (given.Length < MinPartOfId || !PartOfId().IsMatch(given))
        {
            throw CliFault.Usage(IdRule);
        }

        List<string> found = [];
        string? token = null;
        var pages = 0;
        do
        {
            var page = await session.Api.GetAsync(ApiCall.To("quarantine").With("pageSize", ApiClient.MaxPageSize).With("continuationToken", token), stop);
            found.AddRange(page.Items("items").Select(record => record.Text("quarantineId")).OfType<string>().Where(id => FullId().IsMatch(id) && ShortOf(id).StartsWith(given, StringComparison.Ordinal)));
            token = page.Text("continuationToken");
        }
        while (token is not null && ++pages < MaxPagesOfParts);
        return found switch
        {
            [var only] => only.Split('/'),
            [] => throw CliFault.NotDone(token is null ? "No record's id begins like that." : "None of the newest records' ids begins like that: give the whole id."),
            _ => throw CliFault.NotDone([$"{found.Count} records' ids begin like that; give one of them:", .. found]),
        };
    }

    private static string ShortOf(string id) => FullId().Match(id).Groups["message"].Value;

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
            reasons.Count == 0 ? null : $"{Reason(reasons[0])}{(reasons.Count > 1 ? $" and {reasons.Count - 1} more" : string.Empty)}",
        ];
    }

    private static string Reason(JsonElement reason) => $"{reason.Text("field")}: {reason.Text("rule")} (found {reason.Text("shape")})";

    private static void Print(Output output, JsonElement record, byte[]? body)
    {
        output.Fields(
            ("Record", record.Text("quarantineId")),
            ("State", record.Text("state")),
            ("Status", record.Text("status")),
            ("Payment", record.Text("paymentId") ?? "unknown"),
            ("Message", $"{record.Text("messageId")}, {record.Number("size")} bytes{(record.IsTrue("fromPoisonQueue") ? ", a copy from the poison queue" : string.Empty)}"),
            ("On the queue", Times.Show(record.Time("insertedAt"))),
            ("Quarantined", Times.Show(record.Time("quarantinedAt"))),
            ("Claimed", Times.Show(record.Time("claimedAt"))),
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

        if (record.Text("state") == "Conflict" && record.Text("status") == "Waiting")
        {
            output.Line("If this content is the right one: save it with --save-body, and deliver it with `notify redeliver PAYMENTID --body FILE`.");
        }

        if (body is null)
        {
            return;
        }

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

    [GeneratedRegex(@"^[0-9]{8}/[0-9]{19}-(?<message>[A-Za-z0-9_~-]+)\.json(?![\s\S])")]
    private static partial Regex FullId();

    [GeneratedRegex(@"^[A-Za-z0-9_~-]+(?![\s\S])")]
    private static partial Regex PartOfId();
}
