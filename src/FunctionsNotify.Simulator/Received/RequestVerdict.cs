using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator;

/// <summary>What the checks found in a request.</summary>
public sealed record RequestVerdict
{
    /// <summary>True when the request passed every check, so that a script answered it.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>The signature's verdict; <see cref="VerificationStatus.NotSigned"/> also where the checks did not come so far.</summary>
    public required VerificationStatus Signature { get; init; }

    /// <summary>Every violated field rule, refusals and warnings; judged also where the signature is bad.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>Why a check refused the request: one short sentence, without values from the request; null when none did.</summary>
    public string? Refusal { get; init; }

    /// <summary>What was odd, but no reason to refuse, such as a Request-Time far from the clock.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>True when the payment was acknowledged (a signed S) with another content before: two results for one payment.</summary>
    public bool IsContradiction { get; init; }
}
