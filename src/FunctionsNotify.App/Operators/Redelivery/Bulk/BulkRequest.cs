namespace FunctionsNotify.App;

// An operator's wish to have many deliveries made again: of named payments, or of those that a filter finds.
internal sealed record BulkRequest(OperatorStatement By)
{
    public IReadOnlyList<string>? PaymentIds { get; init; }

    public DeliveryListFilter? Filter { get; init; }

    public bool DryRun { get; init; }

    public bool Force { get; init; }

    public string? IdempotencyKey { get; init; }
}
