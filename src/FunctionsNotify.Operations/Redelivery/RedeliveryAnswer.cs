using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What came of a redelivery.</summary>
public abstract record RedeliveryAnswer
{
    private RedeliveryAnswer()
    {
    }

    /// <summary>There is a new delivery, by this call or an earlier one with the same key.</summary>
    /// <param name="DeliveryId">The new delivery.</param>
    /// <param name="Generation">Which delivery of the payment that is, from 2.</param>
    /// <param name="Supersedes">The delivery before it.</param>
    /// <param name="IsRepeat">True when an earlier call with the same key made it.</param>
    public sealed record Redelivered(string DeliveryId, int Generation, string Supersedes, bool IsRepeat) : RedeliveryAnswer;

    /// <summary>There is no notification of the payment.</summary>
    public sealed record Unknown : RedeliveryAnswer;

    /// <summary>The delivery has not ended.</summary>
    /// <param name="DeliveryId">The delivery.</param>
    public sealed record Open(string DeliveryId) : RedeliveryAnswer;

    /// <summary>The delivery failed or was terminated before its end: it is repaired, not redelivered.</summary>
    /// <param name="DeliveryId">The delivery.</param>
    public sealed record Broken(string DeliveryId) : RedeliveryAnswer;

    /// <summary>The payment was delivered, and force was not given.</summary>
    public sealed record Delivered : RedeliveryAnswer;

    /// <summary>The payment has a later delivery than those that the wish was for.</summary>
    /// <param name="State">That delivery's state.</param>
    public sealed record Superseded(DeliveryState State) : RedeliveryAnswer;

    /// <summary>The key was used for a redelivery with another body.</summary>
    public sealed record KeyTaken : RedeliveryAnswer;

    /// <summary>What was asked breaks rules.</summary>
    /// <param name="Errors">Every broken rule by field.</param>
    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Errors) : RedeliveryAnswer;
}
