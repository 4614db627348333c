using System.Text.Json.Serialization;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>How a later delivery of a payment came to be, as the API answers it.</summary>
public sealed record ClaimChangeView
{
    /// <summary>Redelivery, correction or repair.</summary>
    public required ClaimChangeKind Kind { get; init; }

    /// <summary>The delivery that it began.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Which delivery of the payment that is, from 2.</summary>
    public required int Generation { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    /// <summary>Why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The view of a change, without what only the writer needs.</summary>
    /// <param name="change">The change.</param>
    public static ClaimChangeView Of(ClaimChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new ClaimChangeView
        {
            Kind = change.Kind,
            DeliveryId = change.DeliveryId,
            Generation = change.Generation,
            At = change.At,
            Actor = change.Actor,
            Reason = change.Reason,
        };
    }
}
