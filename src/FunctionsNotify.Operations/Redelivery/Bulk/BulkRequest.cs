using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>An operator's wish to have many deliveries made again: of named payments, or of those that a filter finds.</summary>
/// <param name="By">Who and why.</param>
public sealed record BulkRequest(OperatorStatement By)
{
    /// <summary>The payments, each once; null when <see cref="Filter"/> finds them.</summary>
    public IReadOnlyList<string>? PaymentIds { get; init; }

    /// <summary>Which deliveries; null when <see cref="PaymentIds"/> names the payments.</summary>
    public DeliveryListFilter? Filter { get; init; }

    /// <summary>True to change nothing and only say what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>True to deliver again also what was delivered.</summary>
    public bool Force { get; init; }

    /// <summary>The key of the redelivery of each payment; needed unless it is a dry run.</summary>
    public string? IdempotencyKey { get; init; }
}
