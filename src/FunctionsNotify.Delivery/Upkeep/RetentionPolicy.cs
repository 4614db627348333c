namespace FunctionsNotify.Deliveries;

/// <summary>How long what has ended is kept, <c>Retention__…</c>. <c>[decided]</c></summary>
public sealed record RetentionPolicy
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Retention";

    private static readonly TimeSpan _day = TimeSpan.FromDays(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3650);

    /// <summary>
    /// How long a claim is kept after its delivery ended. While it is kept, the same message again is a duplicate and
    /// another one a conflict; after it, either would be a new payment.
    /// </summary>
    public TimeSpan Claims { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long a finished delivery's attempts can be looked up.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Every rule that this policy breaks, one line each, named by its environment setting; empty when it is sound.</summary>
    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        if (History < _day || History > _longest)
        {
            found.Add($"{Section}__{nameof(History)}: must be from 1 to 3650 days");
        }

        if (Claims < History + _day || Claims > _longest + _day)
        {
            found.Add($"{Section}__{nameof(Claims)}: must be at least a day longer than {Section}__{nameof(History)}, at most 3651 days");
        }

        return found;
    }
}
