using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>Which deliveries of the index are meant; as JSON, the filter of a bulk call.</summary>
internal sealed record DeliveryFilter(string? State, string? ResultCode, DateTimeOffset? From, DateTimeOffset? To)
{
    [JsonIgnore]
    public string? PaymentRequestId { get; init; }

    public Task<JsonElement> PageAsync(ApiClient api, int? pageSize, string? continuationToken, CancellationToken cancellationToken) =>
        api.GetAsync(Call().With("pageSize", pageSize).With("continuationToken", continuationToken), cancellationToken);

    public IAsyncEnumerable<JsonElement> AllAsync(ApiClient api, CancellationToken cancellationToken) => api.AllAsync(Call, cancellationToken);

    private ApiCall Call() => ApiCall.To("notifications")
        .With("state", State).With("resultCode", ResultCode).With("paymentRequestId", PaymentRequestId).With("from", From).With("to", To);
}

/// <summary>The filter as options.</summary>
internal sealed class FilterOptions
{
    private static readonly string[] _states = ["Open", "Delivered", "Rejected", "Exhausted", "Cancelled"];

    private readonly Option<string[]> _state = new("--state") { Description = $"{string.Join(", ", _states)}; several allowed.", HelpName = "STATE", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _resultCode = new("--result-code") { Description = "The result code of the last answer.", HelpName = "CODE" };

    public FilterOptions() => _state.CompletionSources.Add(_states);

    public TimeRangeOptions Range { get; } = new("Accepted at or after");

    public void AddTo(Command command)
    {
        command.Add(_state);
        command.Add(_resultCode);
        Range.AddTo(command);
    }

    public bool IsGiven(Session session) => session.Has(_state) || session.Has(_resultCode) || session.Has(Range.From) || session.Has(Range.To);

    public DeliveryFilter Read(Session session)
    {
        List<string> problems = [];
        List<string> states = [];
        foreach (var given in (session.Get(_state) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Array.Find(_states, name => name.Equals(given, StringComparison.OrdinalIgnoreCase)) is { } state)
            {
                states.Add(state);
            }
            else
            {
                problems.Add($"--state: must be one of {string.Join(", ", _states)}{(Similar.To(given, _states) is { } meant ? $"; did you mean {meant}?" : string.Empty)}");
            }
        }

        var (from, to) = Range.Read(session, problems);
        return problems.Count == 0
            ? new DeliveryFilter(states.Count == 0 ? null : string.Join(',', states.Distinct()), session.Get(_resultCode), from, to)
            : throw CliFault.Usage([.. problems.Distinct()]);
    }
}

internal sealed class TimeRangeOptions(string meaning)
{
    public Option<string?> From { get; } = new("--from") { Description = $"{meaning}: an ISO 8601 time, a day, or how long ago (90m, 24h, 7d).", HelpName = "TIME" };

    public Option<string?> To { get; } = new("--to") { Description = "Before.", HelpName = "TIME" };

    public void AddTo(Command command)
    {
        command.Add(From);
        command.Add(To);
    }

    public (DateTimeOffset? From, DateTimeOffset? To) Read(Session session, List<string> problems)
    {
        DateTimeOffset? Moment(Option<string?> option)
        {
            if (session.Get(option) is not { } text)
            {
                return null;
            }

            if (Times.TryParse(text, session.Host.Time.GetUtcNow(), out var time))
            {
                return time;
            }

            problems.Add($"{option.Name}: {Times.Rule}");
            return null;
        }

        return (Moment(From), Moment(To));
    }
}

/// <summary>A page of a list as options.</summary>
internal sealed class PageOptions
{
    private readonly Option<int?> _size = new("--page-size") { Description = $"1 to {ApiClient.MaxPageSize}, default 50.", HelpName = "N" };
    private readonly Option<string?> _next = new("--continue") { Description = "The token from the page before.", HelpName = "TOKEN" };

    public void AddTo(Command command)
    {
        command.Add(_size);
        command.Add(_next);
    }

    public bool IsGiven(Session session) => session.Has(_size) || session.Has(_next);

    public (int? Size, string? Token) Read(Session session) => session.Get(_size) is < 1 or > ApiClient.MaxPageSize
        ? throw CliFault.Usage($"--page-size: must be a whole number from 1 to {ApiClient.MaxPageSize}")
        : (session.Get(_size), session.Get(_next));
}

internal static class ListCommand
{
    internal static readonly string[] Columns = ["Payment", "Payment request", "Accepted (UTC)", "State", "Attempts", "Next due", "Last result"];

    public static Command Create(CommandSetup setup)
    {
        var filter = new FilterOptions();
        var page = new PageOptions();
        var all = new Option<bool>("--all") { Description = "Read every page." };
        var command = new Command("list", "The deliveries that did not succeed at their first attempt, newest first; by default of the last 7 days.");
        filter.AddTo(command);
        page.AddTo(command);
        command.Add(all);
        return setup.Runs(command, async (session, stop) =>
        {
            var wanted = filter.Read(session);
            var (size, token) = page.Read(session);
            if (!session.Get(all))
            {
                var one = await wanted.PageAsync(session.Api, size, token, stop);
                Print(session, one.Items("items"), one.Text("continuationToken"));
            }
            else if (page.IsGiven(session))
            {
                throw CliFault.Usage("--all: cannot be combined with --page-size or --continue");
            }
            else
            {
                Print(session, await wanted.AllAsync(session.Api, stop).ToListAsync(stop), token: null);
            }

            return ExitCodes.Done;
        });
    }

    internal static IReadOnlyList<string?> Row(JsonElement item, DateTimeOffset now) =>
    [
        item.Text("paymentId"),
        item.Text("paymentRequestId"),
        Times.Show(item.Time("acceptedAt")),
        item.Time("startingSince") is not null ? $"{item.Text("state")} (starting)" : item.Text("state"),
        item.Number("attemptCount").Shown(),
        item.Time("nextDueAt") is { } due ? Times.Due(due, now) : null,
        string.Join(' ', new[] { item.Text("lastKind"), item.Text("lastResultCode") }.OfType<string>()),
    ];

    private static void Print(Session session, IReadOnlyList<JsonElement> items, string? token)
    {
        if (session.IsJson)
        {
            session.Output.Json(token is null ? new { items } : new { items, continuationToken = token });
            return;
        }

        var now = session.Host.Time.GetUtcNow();
        session.Output.Table(Columns, items.Select(item => Row(item, now)));
        session.Output.Hint(items.Count == 1 ? "1 delivery." : $"{items.Count} deliveries.");
        if (token is not null)
        {
            session.Output.Hint($"There may be more: --continue {token}, or --all");
        }
    }
}
