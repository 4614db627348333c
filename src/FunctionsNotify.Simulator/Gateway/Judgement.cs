namespace FunctionsNotify.Simulator;

/// <summary>What the checks came to.</summary>
/// <param name="Verdict">What was found.</param>
/// <param name="PaymentId">The payment's id where it could be read.</param>
/// <param name="CanonicalHash">The content's hash where the JSON could be read.</param>
/// <param name="Refusal">The answer where a check refuses the request; null when a script answers.</param>
internal sealed record Judgement(RequestVerdict Verdict, string? PaymentId, string? CanonicalHash, ScriptStep? Refusal);
