using System.Text.Json.Serialization;

namespace FunctionsNotify.Operations;

/// <summary>What came of a bulk redelivery.</summary>
/// <param name="DryRun">True when nothing was changed.</param>
/// <param name="Matched">How many payments this call judged.</param>
/// <param name="Results">The verdict on each, in the order of the list or the filter.</param>
/// <param name="IsMore">True when the filter may match more than this call judged.</param>
public sealed record BulkAnswer(bool DryRun, int Matched, IReadOnlyList<BulkResult> Results, bool IsMore);

/// <summary>The verdict on one payment.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="DeliveryId">The new delivery, or the one that is open.</param>
/// <param name="Detail">Why it failed.</param>
public sealed record BulkResult(string PaymentId, BulkVerdict Verdict, string? DeliveryId = null, string? Detail = null);

/// <summary>What came of one payment in a bulk redelivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BulkVerdict>))]
public enum BulkVerdict
{
    /// <summary>A run that is not dry would redeliver it.</summary>
    WouldRedeliver,

    /// <summary>It has a new delivery.</summary>
    Redelivered,

    /// <summary>An earlier call with the same key gave it its new delivery.</summary>
    AlreadyRedelivered,

    /// <summary>Its delivery has not ended.</summary>
    Open,

    /// <summary>It was delivered, and force was not given.</summary>
    Delivered,

    /// <summary>There is no notification of the payment.</summary>
    Unknown,

    /// <summary>Its delivery is broken: repair it.</summary>
    Broken,

    /// <summary>A fault that concerns this payment: run the same call again.</summary>
    Failed,
}
