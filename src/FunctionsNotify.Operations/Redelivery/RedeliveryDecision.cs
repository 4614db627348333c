using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What the rules say to a wish.</summary>
internal abstract record RedeliveryDecision
{
    private RedeliveryDecision()
    {
    }

    /// <summary>Replace the claim.</summary>
    /// <param name="Next">The claim that is to stand.</param>
    public sealed record Make(Claim Next) : RedeliveryDecision;

    /// <summary>An earlier call with the same key has made it.</summary>
    /// <param name="Made">What it made.</param>
    public sealed record Repeat(ClaimChange Made) : RedeliveryDecision;

    /// <summary>Change nothing.</summary>
    /// <param name="Answer">The answer.</param>
    public sealed record Refuse(RedeliveryAnswer Answer) : RedeliveryDecision;
}
