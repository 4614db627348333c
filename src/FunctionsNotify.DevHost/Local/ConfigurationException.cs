namespace FunctionsNotify.DevHost;

/// <summary>Settings are wrong; nothing was started.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problems">One line for each wrong setting: its name, the rule, and the value's shape.</param>
    public ConfigurationException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One line for each wrong setting.</summary>
    public IReadOnlyList<string> Problems { get; }
}
