namespace FunctionsNotify.App;

internal sealed record RedeliveryRequest(OperatorStatement By)
{
    public bool Force { get; init; }

    public ReadOnlyMemory<byte>? Body { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? QuarantineId { get; init; }

    // The deliveries that the wish is for: when the payment has a later one by now, nothing is done. Null for whichever
    // it is.
    public IReadOnlySet<string>? OnlyDeliveries { get; init; }

    internal string Action => QuarantineId is not null ? AuditActions.Apply : Body is null ? AuditActions.Redeliver : AuditActions.Correct;
}
