namespace FunctionsNotify.Cli;

/// <summary>One mistake, as a change to the guess at what was signed.</summary>
/// <param name="Mistake">Which.</param>
/// <param name="Part">What it changes; two mistakes are only tried together on different parts.</param>
/// <param name="Detail">What it means here, and what to do: one sentence.</param>
/// <param name="Apply">The changed guess; null when it changes nothing.</param>
internal sealed record Deviation(Mistake Mistake, DeviationPart Part, string Detail, Func<SignedCandidate, SignedCandidate?> Apply);

/// <summary>What a mistake changes.</summary>
internal enum DeviationPart
{
    Key,
    Algorithm,
    SignatureText,
    FirstLine,
    LineEnd,
    ClientId,
    Time,
    Body,
}
