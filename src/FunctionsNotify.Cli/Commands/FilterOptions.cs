using System.CommandLine;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Cli;

/// <summary>Which deliveries: the filter of the list and of a bulk redelivery.</summary>
internal sealed class FilterOptions
{
    private static readonly string[] _states = Enum.GetNames<DeliveryState>();

    public Option<string[]> State { get; } = new("--state")
    {
        Description = $"{string.Join(", ", _states)}; several allowed.",
        HelpName = "STATE",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string?> ResultCode { get; } = new("--result-code") { Description = "The result code of the last answer.", HelpName = "CODE" };

    public Option<string?> From { get; } = new("--from") { Description = $"Accepted at or after: an ISO 8601 time, a day, or how long ago (90m, 24h, 7d).", HelpName = "TIME" };

    public Option<string?> To { get; } = new("--to") { Description = "Accepted before.", HelpName = "TIME" };

    public void AddTo(Command command)
    {
        command.Add(State);
        command.Add(ResultCode);
        command.Add(From);
        command.Add(To);
    }

    /// <summary>True when one of them is given.</summary>
    public bool IsGiven(Session session) => session.Has(State) || session.Has(ResultCode) || session.Has(From) || session.Has(To);

    /// <summary>The filter.</summary>
    /// <exception cref="CliFault">An option breaks its rule.</exception>
    public DeliveryFilter Read(Session session)
    {
        List<string> problems = [];
        List<string> states = [];
        foreach (var given in (session.Get(State) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Array.Find(_states, name => name.Equals(given, StringComparison.OrdinalIgnoreCase)) is { } state)
            {
                states.Add(state);
            }
            else
            {
                problems.Add($"--state: must be one of {string.Join(", ", _states)}");
            }
        }

        var now = session.Host.Time.GetUtcNow();
        var filter = new DeliveryFilter(
            states.Count == 0 ? null : string.Join(',', states.Distinct()),
            session.Get(ResultCode),
            TimeOf("--from", session.Get(From), now, problems),
            TimeOf("--to", session.Get(To), now, problems));
        return problems.Count == 0 ? filter : throw CliFault.Usage([.. problems.Distinct()]);
    }

    internal static DateTimeOffset? TimeOf(string option, string? text, DateTimeOffset now, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        if (Times.TryParse(text, now, out var time))
        {
            return time;
        }

        problems.Add($"{option}: {Times.Rule}");
        return null;
    }
}
