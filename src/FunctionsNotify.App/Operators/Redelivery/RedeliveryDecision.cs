namespace FunctionsNotify.App;

internal abstract record RedeliveryDecision
{
    private RedeliveryDecision()
    {
    }

    public sealed record Make(Claim Next) : RedeliveryDecision;

    public sealed record Repeat(ClaimChange Made) : RedeliveryDecision;

    public sealed record Refuse(RedeliveryAnswer Answer) : RedeliveryDecision;
}
