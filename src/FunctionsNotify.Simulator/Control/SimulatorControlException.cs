namespace FunctionsNotify.Simulator;

/// <summary>The control API refused a call.</summary>
public sealed class SimulatorControlException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public SimulatorControlException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was refused.</param>
    public SimulatorControlException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was refused.</param>
    /// <param name="innerException">What caused it.</param>
    public SimulatorControlException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal SimulatorControlException(int httpStatus, ControlProblem? problem)
        : base(problem is null
            ? $"The simulator's control API answered {httpStatus}."
            : $"The simulator's control API answered {httpStatus}: {problem.Title} {string.Join("; ", problem.Errors)}".TrimEnd())
    {
        HttpStatus = httpStatus;
        Errors = problem?.Errors ?? [];
    }

    /// <summary>The HTTP status.</summary>
    public int HttpStatus { get; }

    /// <summary>Every field and the rule that it breaks.</summary>
    public IReadOnlyList<ScriptViolation> Errors { get; } = [];
}
