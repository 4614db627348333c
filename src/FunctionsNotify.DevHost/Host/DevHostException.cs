namespace FunctionsNotify.DevHost;

/// <summary>The host cannot start or go on; each line is for a person.</summary>
internal sealed class DevHostException(IReadOnlyList<string> lines, int exitCode) : Exception(string.Join(Environment.NewLine, lines))
{
    /// <summary>Could not start, or ended by a fault.</summary>
    public const int Failed = 1;

    /// <summary>Arguments or settings are wrong.</summary>
    public const int WrongSettings = 2;

    public DevHostException(string line, int exitCode = Failed)
        : this([line], exitCode)
    {
    }

    public IReadOnlyList<string> Lines => lines;

    public int ExitCode => exitCode;
}
