using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary><c>notify bulk</c>: one change to all that a filter finds, always after a dry run. Redelivery has a command of its own.</summary>
internal static class BulkCommands
{
    public static Command Create(CommandSetup setup) => new("bulk", "Change all payments or quarantined messages that a filter finds (always after a dry run).")
    {
        OfPayments(setup, BulkAction.SendNow, "Make the next attempt of every open delivery that the filter finds at once."),
        OfPayments(setup, BulkAction.Cancel, "End every open delivery that the filter finds."),
        OfMessages(setup, BulkAction.Requeue, "Put every undecided message that the filter finds back on the queue, as it is."),
        OfMessages(setup, BulkAction.Discard, "Discard every undecided record that the filter finds."),
    };

    private static Command OfPayments(CommandSetup setup, BulkAction action, string description)
    {
        var filter = new FilterOptions();
        var command = new Command(action.Name, description);
        filter.AddTo(command);
        var options = new BulkOptions(action, command);
        return setup.Runs(command, async (session, stop) =>
        {
            if (!session.Has(filter.Range.From))
            {
                throw CliFault.Usage("--from: is required");
            }

            var statement = options.Read(session);
            // Fixed now, so that the same call again finds the same payments.
            var found = filter.Read(session);
            found = found with { State = found.State ?? "Open", To = found.To ?? session.Host.Time.GetUtcNow() };
            var parts = BulkPart.Of(found, await found.AllAsync(session.Api, stop).ToListAsync(stop));
            return await options.RunAsync(
                session, statement, parts, [("--state", found.State), ("--result-code", found.ResultCode), ("--from", found.From is { } from ? Times.Iso(from) : null), ("--to", Times.Iso(found.To.Value))], stop);
        });
    }

    private static Command OfMessages(CommandSetup setup, BulkAction action, string description)
    {
        var state = new Option<string?>("--state") { Description = "Invalid or Conflict.", HelpName = "STATE" };
        var payment = new Option<string?>("--payment") { Description = "Only of this payment.", HelpName = "PAYMENTID" };
        var force = new Option<bool>("--force") { Description = "Even if a record is old, or its message is still refused." };
        var command = new Command(action.Name, description) { state, payment };
        if (action == BulkAction.Requeue)
        {
            command.Add(force);
        }

        var options = new BulkOptions(action, command);
        return setup.Runs(command, async (session, stop) =>
        {
            var statement = options.Read(session) with { Force = action == BulkAction.Requeue && session.Get(force) };
            var ids = await UndecidedAsync(session, session.Get(state), session.Get(payment), stop);
            return await options.RunAsync(
                session, statement, BulkPart.OfMessages(ids), [("--state", session.Get(state)), ("--payment", session.Get(payment)), (statement.Force ? "--force" : string.Empty, string.Empty)], stop);
        });
    }

    // Requeuing as well: a run that was cut off finishes those.
    private static async Task<List<string>> UndecidedAsync(Session session, string? state, string? paymentId, CancellationToken stop)
    {
        List<string> ids = [];
        await foreach (var record in session.Api.AllAsync(() => ApiCall.To("quarantine").With("state", state).With("paymentId", paymentId), stop))
        {
            if (record.Text("status") is "Waiting" or "Requeuing" && record.Text("quarantineId") is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}

/// <summary>What the bulk commands have in common.</summary>
internal sealed class BulkOptions
{
    private readonly BulkAction _action;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would happen." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask after the dry run." };
    private readonly Option<string?> _key = BulkRun.KeyOption();
    private readonly StatementOptions _statement = new();

    public BulkOptions(BulkAction action, Command command)
    {
        _action = action;
        foreach (var option in new Option[] { _dryRun, _yes, _key })
        {
            command.Add(option);
        }

        _statement.AddTo(command);
    }

    public CallBody Read(Session session) => _statement.Read(session, session.Get(_dryRun));

    public async Task<int> RunAsync(Session session, CallBody statement, IReadOnlyList<BulkPart> parts, IEnumerable<(string Option, string? Value)> filter, CancellationToken stop)
    {
        var key = BulkRun.Key(session.Get(_key));
        var run = new BulkRun(session, _action, statement, key);
        if (session.Get(_dryRun) || parts.Count == 0)
        {
            return await run.RunAsync(parts, dryRun: true, resumeHint: null, stop);
        }

        var wanted = await run.PreviewAsync(parts, stop);
        if (!session.Get(_yes))
        {
            run.Confirm(wanted);
        }

        var hint = string.Join(' ', [
            $"notify bulk {_action.Name}",
            .. filter.Where(each => each.Option.Length > 0 && each.Value is not null).Select(each => each.Value!.Length == 0 ? each.Option : $"{each.Option} {BulkRun.Quoted(each.Value)}"),
            "--yes",
            $"--reason {BulkRun.Quoted(statement.Reason)}",
            $"--idempotency-key {BulkRun.Quoted(key)}",
        ]);
        return await run.RunAsync(parts, dryRun: false, hint, stop);
    }
}
