using System.CommandLine;
using System.Text;

namespace FunctionsNotify.Cli;

/// <summary><c>notify redeliver</c>: one payment, several by id, or all that a filter finds.</summary>
internal sealed class RedeliverCommand
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxListBytes = 64 * 1024 * 1024;

    private readonly Argument<string[]> _paymentIds = new("PAYMENTID") { Arity = ArgumentArity.ZeroOrMore, Description = "The payments' ids." };
    private readonly Option<string?> _file = new("--file") { Description = "A file of payment ids, one a line; - for standard input.", HelpName = "FILE" };
    private readonly FilterOptions _filter = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would happen." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask after the dry run of a filter." };
    private readonly Option<bool> _force = new("--force") { Description = "Also payments that Alipay+ has acknowledged." };
    private readonly Option<string?> _body = new("--body") { Description = "A corrected notification, for one payment: same paymentId, paymentRequestId and resultStatus; - for standard input.", HelpName = "FILE" };
    private readonly Option<string?> _key = BulkRun.KeyOption();
    private readonly StatementOptions _statement = new();

    public static Command Create(CommandSetup setup)
    {
        var parts = new RedeliverCommand();
        var command = new Command("redeliver", "Deliver ended payments again: by id, or all that a filter finds (always after a dry run).") { parts._paymentIds, parts._file };
        parts._filter.AddTo(command);
        foreach (var option in new Option[] { parts._dryRun, parts._yes, parts._force, parts._body, parts._key })
        {
            command.Add(option);
        }

        parts._statement.AddTo(command);
        return setup.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        var isDryRun = session.Get(_dryRun);
        var isFiltered = _filter.IsGiven(session);
        var ids = await IdsAsync(session, stop);
        if (isFiltered == ids.Count > 0)
        {
            throw CliFault.Usage("PAYMENTID, --file or a filter (--state, --result-code, --from, --to): give one of them");
        }

        var key = BulkRun.Key(session.Get(_key));
        // A bare null would be an empty memory here.
        var corrected = session.Get(_body) is not { } file ? default(ReadOnlyMemory<byte>?)
            : ids.Count == 1 && !isDryRun ? await GivenFile.ReadObjectAsync(session, "--body", file, MaxBodyBytes, stop)
            : throw CliFault.Usage("--body: corrects one payment, and has no dry run");
        var statement = _statement.Read(session, isDryRun) with { Force = session.Get(_force), Body = corrected };
        if (ids.Count == 1 && !isDryRun)
        {
            return await OneAsync(session, ids[0], statement, key, stop);
        }

        var bulk = new BulkRun(session, BulkAction.Redeliver, statement, key);
        return isFiltered
            ? await FilteredAsync(session, bulk, isDryRun, key, stop)
            : await bulk.RunAsync(BulkPart.Of(ids), isDryRun, isDryRun ? null : ResumeHint(session, filter: null, key), stop);
    }

    private static async Task<int> OneAsync(Session session, string paymentId, CallBody statement, string key, CancellationToken stop)
    {
        session.Output.Hint($"Idempotency key: {key}");
        var answer = await ChangeCommands.ForceableAsync(session, ApiCall.To("notifications", paymentId, "redeliver"), statement, key, stop);
        var (deliveryId, supersedes, isRepeat) = (answer.Text("deliveryId"), answer.Text("supersedes"), answer.IsTrue("isRepeat"));
        if (session.IsJson)
        {
            session.Output.Json(new { paymentId, deliveryId, generation = answer.Number("generation"), supersedes, isRepeat, idempotencyKey = key });
        }

        session.Output.Line(isRepeat
            ? $"Already redelivered with this key, as {deliveryId}; nothing new was started."
            : $"Delivering again as {deliveryId}, after {supersedes}.");
        return ExitCodes.Done;
    }

    private async Task<int> FilteredAsync(Session session, BulkRun bulk, bool isDryRun, string key, CancellationToken stop)
    {
        // Without a start, one mistyped state would deliver a year of payments again.
        if (!session.Has(_filter.Range.From))
        {
            throw CliFault.Usage("--from: is required with a filter");
        }

        // Fixed now, so that the same call again finds the same payments.
        var filter = _filter.Read(session);
        filter = filter with { To = filter.To ?? session.Host.Time.GetUtcNow() };
        var parts = BulkPart.Of(filter, await filter.AllAsync(session.Api, stop).ToListAsync(stop));
        if (isDryRun || parts.Count == 0)
        {
            return await bulk.RunAsync(parts, dryRun: true, resumeHint: null, stop);
        }

        var wanted = await bulk.PreviewAsync(parts, stop);
        if (!session.Get(_yes))
        {
            bulk.Confirm(wanted);
        }

        return await bulk.RunAsync(parts, dryRun: false, ResumeHint(session, filter, key), stop);
    }

    private async Task<IReadOnlyList<string>> IdsAsync(Session session, CancellationToken stop)
    {
        var given = session.Get(_paymentIds) ?? [];
        if (session.Get(_file) is not { } file)
        {
            return [.. given.Distinct()];
        }

        var text = Encoding.UTF8.GetString(await GivenFile.ReadAsync(session, "--file", file, MaxListBytes, stop));
        List<string> ids = [.. given.Concat(text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Trim().Length > 0)).Distinct()];
        return ids.Count > 0 ? ids : throw CliFault.Usage("--file: contains no payment id");
    }

    private string ResumeHint(Session session, DeliveryFilter? filter, string key)
    {
        List<string> parts = ["notify redeliver", .. (session.Get(_paymentIds) ?? []).Select(BulkRun.Quoted)];
        void Add(string option, string? value) => parts.AddRange(value is null ? [] : [option, BulkRun.Quoted(value)]);
        Add("--file", session.Get(_file));
        Add("--state", filter?.State);
        Add("--result-code", filter?.ResultCode);
        Add("--from", filter?.From is { } from ? Times.Iso(from) : null);
        Add("--to", filter?.To is { } to ? Times.Iso(to) : null);
        parts.AddRange(session.Get(_force) ? ["--force"] : []);
        parts.AddRange(filter is not null ? ["--yes"] : []);
        Add("--reason", session.Get(_statement.Reason));
        Add("--idempotency-key", key);
        return string.Join(' ', parts);
    }
}
