namespace FunctionsNotify.Simulator;

/// <summary>Why the control API refused an input (problem details, RFC 9457).</summary>
/// <param name="Title">One short sentence.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Errors">Every field and the rule that it breaks.</param>
public sealed record ControlProblem(string Title, int Status, IReadOnlyList<ScriptViolation> Errors);
