using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>An operator's wish to have an ended delivery made again.</summary>
/// <param name="By">Who and why.</param>
public sealed record RedeliveryRequest(OperatorStatement By)
{
    /// <summary>True to deliver again also what was delivered.</summary>
    public bool Force { get; init; }

    /// <summary>The corrected notification; null for the accepted one.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The same key again is the same redelivery.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The quarantine record whose content <see cref="Body"/> is; null for a body that the operator gave.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>The deliveries that the wish is for: when the payment has a later one by now, nothing is done. Null for whichever it is.</summary>
    public IReadOnlySet<string>? OnlyDeliveries { get; init; }

    /// <summary>The action of the audit entry.</summary>
    internal string Action => QuarantineId is not null ? AuditActions.Apply : Body is null ? AuditActions.Redeliver : AuditActions.Correct;
}
