namespace FunctionsNotify.Cli;

/// <summary>Why a command ends without having done its work: an exit code and the lines that say why.</summary>
internal sealed class CliFault : Exception
{
    private CliFault(int exitCode, IReadOnlyList<string> lines)
        : base(string.Join(Environment.NewLine, lines))
    {
        ExitCode = exitCode;
        Lines = lines;
    }

    /// <summary>The program's exit code.</summary>
    public int ExitCode { get; }

    /// <summary>What is said, a line each.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The HTTP status of the answer, where the host refused.</summary>
    public int? HttpStatus { get; private init; }

    /// <summary>Every broken rule by field, where the host named them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Fields { get; private init; }

    /// <summary>The command line, a file or a setting is wrong.</summary>
    public static CliFault Usage(params IReadOnlyList<string> lines) => new(ExitCodes.Usage, lines);

    /// <summary>Nothing was done.</summary>
    public static CliFault NotDone(params IReadOnlyList<string> lines) => new(ExitCodes.NotDone, lines);

    /// <summary>The host or the queue could not be reached.</summary>
    public static CliFault Unreachable(params IReadOnlyList<string> lines) => new(ExitCodes.Unreachable, lines);

    /// <summary>The host answered that it will not.</summary>
    public static CliFault Answered(int exitCode, int httpStatus, IReadOnlyList<string> lines, IReadOnlyDictionary<string, IReadOnlyList<string>>? fields = null) =>
        new(exitCode, lines) { HttpStatus = httpStatus, Fields = fields };
}
