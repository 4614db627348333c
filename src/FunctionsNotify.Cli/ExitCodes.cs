namespace FunctionsNotify.Cli;

/// <summary>The program's exit codes, the same for every command; <c>docs/cli.md</c> explains them.</summary>
internal static class ExitCodes
{
    /// <summary>It did what it was asked.</summary>
    public const int Done = 0;

    /// <summary>Nothing was done: not found, refused, or a check that does not hold.</summary>
    public const int NotDone = 1;

    /// <summary>The command line, a file or a setting is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The host or the queue could not be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>Some of it was done; running it again does the rest.</summary>
    public const int Partly = 4;
}
