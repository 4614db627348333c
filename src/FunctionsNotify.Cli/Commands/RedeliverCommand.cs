using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary><c>notify redeliver</c>: delivers ended payments again, one or many.</summary>
internal sealed class RedeliverCommand
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxListBytes = 64 * 1024 * 1024;
    private const int MaxKeyLength = 64;

    private readonly Argument<string[]> _paymentIds = new("PAYMENTID") { Arity = ArgumentArity.ZeroOrMore, Description = "The payments' ids." };
    private readonly Option<string?> _file = new("--file") { Description = "A file of payment ids, one a line; - for standard input.", HelpName = "FILE" };
    private readonly FilterOptions _filter = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would happen." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask after the dry run of a filter." };
    private readonly Option<bool> _force = new("--force") { Description = "Also payments that Alipay+ has acknowledged." };
    private readonly Option<string?> _body = new("--body") { Description = "A corrected notification, for one payment: same paymentId, paymentRequestId and resultStatus; - for standard input.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--idempotency-key") { Description = "The key of an earlier call: finishes that one instead of beginning another.", HelpName = "KEY" };
    private readonly StatementOptions _statement = new();

    public static Command Create(CommandSetup cli)
    {
        var parts = new RedeliverCommand();
        var command = new Command("redeliver", "Deliver payments again whose delivery has ended: by id, or all that a filter finds (always after a dry run).");
        command.Add(parts._paymentIds);
        command.Add(parts._file);
        parts._filter.AddTo(command);
        command.Add(parts._dryRun);
        command.Add(parts._yes);
        command.Add(parts._force);
        command.Add(parts._body);
        command.Add(parts._key);
        parts._statement.AddTo(command);
        return cli.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        var isFiltered = _filter.IsGiven(session);
        var ids = await IdsAsync(session, stop).ConfigureAwait(false);
        if (isFiltered == ids.Count > 0)
        {
            throw CliFault.Usage("PAYMENTID, --file or a filter (--state, --result-code, --from, --to): give one of them");
        }

        var key = Key(session);
        var corrected = await CorrectedAsync(session, ids, stop).ConfigureAwait(false);
        var statement = _statement.Read(session) with { Force = session.Get(_force), Notification = corrected };

        if (ids.Count == 1 && !session.Get(_dryRun))
        {
            return await OneAsync(session, ids[0], statement, key, stop).ConfigureAwait(false);
        }

        var bulk = new BulkRedelivery(session, statement, key);
        return isFiltered
            ? await FilteredAsync(session, bulk, stop).ConfigureAwait(false)
            : await bulk.RunAsync(BulkPart.Of(ids), session.Get(_dryRun), session.Get(_dryRun) ? null : ResumeHint(session, filter: null, key), stop).ConfigureAwait(false);
    }

    private static async Task<int> OneAsync(Session session, string paymentId, CallBody statement, string key, CancellationToken stop)
    {
        session.Output.Hint($"Idempotency key: {key}");
        var answer = await session.Api.PostAsync(ApiCall.To("notifications", paymentId, "redeliver"), statement.Write(), key, stop).ConfigureAwait(false);
        if (session.IsJson)
        {
            session.Output.Json(new
            {
                paymentId,
                deliveryId = answer.Text("deliveryId"),
                generation = answer.Number("generation"),
                supersedes = answer.Text("supersedes"),
                isRepeat = answer.IsTrue("isRepeat"),
                idempotencyKey = key,
            });
        }

        session.Output.Line(answer.IsTrue("isRepeat")
            ? $"Was redelivered by this key before, as {answer.Text("deliveryId")}; nothing new was begun."
            : $"Delivers again as {answer.Text("deliveryId")}, after {answer.Text("supersedes")}.");
        return ExitCodes.Done;
    }

    private async Task<int> FilteredAsync(Session session, BulkRedelivery bulk, CancellationToken stop)
    {
        // Without a start, one mistyped state would deliver a year of payments again.
        if (!session.Has(_filter.From))
        {
            throw CliFault.Usage("--from: is required with a filter");
        }

        // Fixed now, so that the same call again finds the same payments.
        var filter = _filter.Read(session);
        filter = filter with { To = filter.To ?? session.Host.Time.GetUtcNow() };
        var parts = BulkPart.Of(filter, await filter.AllAsync(session.Api, stop).ToListAsync(stop).ConfigureAwait(false));
        if (session.Get(_dryRun) || parts.Count == 0)
        {
            return await bulk.RunAsync(parts, dryRun: true, resumeHint: null, stop).ConfigureAwait(false);
        }

        var wanted = await bulk.PreviewAsync(parts, stop).ConfigureAwait(false);
        if (!session.Get(_yes))
        {
            Confirm(session, wanted);
        }

        return await bulk.RunAsync(parts, dryRun: false, ResumeHint(session, filter, bulk.Key), stop).ConfigureAwait(false);
    }

    private static void Confirm(Session session, int wanted)
    {
        if (session.Host.ReadAnswer is not { } read)
        {
            throw CliFault.Usage("--yes: is required, because nobody can be asked here");
        }

        session.Host.Error.Write($"Deliver {wanted} payments again? [y/N] ");
        if (read()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw CliFault.NotDone("Nothing was done.");
        }
    }

    private async Task<IReadOnlyList<string>> IdsAsync(Session session, CancellationToken stop)
    {
        var given = session.Get(_paymentIds) ?? [];
        if (session.Get(_file) is not { } file)
        {
            return [.. given.Distinct(StringComparer.Ordinal)];
        }

        var text = System.Text.Encoding.UTF8.GetString(await GivenFile.ReadAsync(session, "--file", file, MaxListBytes, stop).ConfigureAwait(false));
        List<string> ids = [.. given.Concat(text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Trim().Length > 0)).Distinct(StringComparer.Ordinal)];
        return ids.Count > 0 ? ids : throw CliFault.Usage("--file: holds no payment id");
    }

    private async Task<ReadOnlyMemory<byte>?> CorrectedAsync(Session session, IReadOnlyList<string> ids, CancellationToken stop)
    {
        if (session.Get(_body) is not { } file)
        {
            return null;
        }

        if (ids.Count != 1 || session.Get(_dryRun))
        {
            throw CliFault.Usage("--body: corrects one payment, and has no dry run");
        }

        return GivenJson.Object("--body", await GivenFile.ReadAsync(session, "--body", file, MaxBodyBytes, stop).ConfigureAwait(false));
    }

    private string Key(Session session)
    {
        if (session.Get(_key) is not { } key)
        {
            return session.Host.NewIdempotencyKey();
        }

        return key.Length is > 0 and <= MaxKeyLength && key.All(character => character is >= ' ' and <= '~')
            ? key
            : throw CliFault.Usage($"--idempotency-key: must be 1 to {MaxKeyLength} printable ASCII characters, has {key.Length}");
    }

    private string ResumeHint(Session session, DeliveryFilter? filter, string key)
    {
        List<string> parts = ["notify redeliver"];
        if (filter is not null)
        {
            parts.AddRange(Part("--state", filter.State));
            parts.AddRange(Part("--result-code", filter.ResultCode));
            parts.AddRange(Part("--from", filter.From is { } from ? Times.Iso(from) : null));
            parts.AddRange(Part("--to", filter.To is { } to ? Times.Iso(to) : null));
        }
        else
        {
            parts.AddRange(Part("--file", session.Get(_file)));
            parts.AddRange((session.Get(_paymentIds) ?? []).Length > 0 ? ["PAYMENTID…"] : []);
        }

        parts.AddRange(session.Get(_force) ? ["--force"] : []);
        parts.AddRange(filter is not null ? ["--yes"] : []);
        parts.AddRange(Part("--reason", session.Get(_statement.Reason)));
        parts.AddRange(Part("--idempotency-key", key));
        return string.Join(' ', parts);
    }

    private static IEnumerable<string> Part(string option, string? value) =>
        value is null ? [] : [option, value.All(character => char.IsAsciiLetterOrDigit(character) || "-_.,:/+".Contains(character, StringComparison.Ordinal)) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'"];
}
