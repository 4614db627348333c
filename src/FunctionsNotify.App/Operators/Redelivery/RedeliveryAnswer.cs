namespace FunctionsNotify.App;

internal abstract record RedeliveryAnswer
{
    private RedeliveryAnswer()
    {
    }

    public sealed record Redelivered(string DeliveryId, int Generation, string Supersedes, bool IsRepeat) : RedeliveryAnswer;

    public sealed record Unknown : RedeliveryAnswer;

    public sealed record Open(string DeliveryId) : RedeliveryAnswer;

    public sealed record Broken(string DeliveryId) : RedeliveryAnswer;

    public sealed record Delivered : RedeliveryAnswer;

    public sealed record Superseded(DeliveryState State) : RedeliveryAnswer;

    public sealed record KeyTaken : RedeliveryAnswer;

    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Errors) : RedeliveryAnswer;
}
