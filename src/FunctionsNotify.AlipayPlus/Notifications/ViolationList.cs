namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Collects violations, at most <see cref="MaxCount"/>: a body of 64 KB can hold tens of thousands. The last one then
/// says how many more there are, and refuses if one of those does.
/// </summary>
internal sealed class ViolationList
{
    public const int MaxCount = 50;

    private readonly List<Violation> listed = [];
    private int unlisted;
    private bool unlistedRefuses;

    /// <summary>True when a rule refuses, listed or not.</summary>
    public bool Refuses { get; private set; }

    public void Refuse(FieldPath field, string rule, string shape)
    {
        Refuses = true;
        Add(field, rule, Severity.Refuse, shape);
    }

    public void Warn(FieldPath field, string rule, string shape) => Add(field, rule, Severity.Warn, shape);

    public IReadOnlyList<Violation> ToList()
    {
        if (unlisted == 0)
        {
            return listed;
        }

        // The last listed one gives its place to the sum.
        var last = listed[^1];
        var severity = unlistedRefuses || last.Severity == Severity.Refuse ? Severity.Refuse : Severity.Warn;
        return
        [
            .. listed[..^1],
            new Violation(FieldPath.Top.ToString(), $"only the first {MaxCount - 1} violations are listed", severity, $"{unlisted + 1} more violations"),
        ];
    }

    private void Add(FieldPath field, string rule, Severity severity, string shape)
    {
        if (listed.Count < MaxCount)
        {
            listed.Add(new Violation(field.ToString(), rule, severity, shape));
            return;
        }

        unlisted++;
        unlistedRefuses |= severity == Severity.Refuse;
    }
}
