namespace FunctionsNotify.App;

internal sealed record RetentionPolicy
{
    public const string Section = "Retention";

    private static readonly TimeSpan _day = TimeSpan.FromDays(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(3650);

    // How long a claim is kept after its delivery ended. While it is kept, the same message again is a duplicate and
    // another one a conflict; after it, either would be a new payment.
    public TimeSpan Claims { get; init; } = TimeSpan.FromDays(400);

    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

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
