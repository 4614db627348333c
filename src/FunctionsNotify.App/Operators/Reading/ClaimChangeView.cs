using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record ClaimChangeView
{
    public required ClaimChangeKind Kind { get; init; }

    public required string DeliveryId { get; init; }

    public required int Generation { get; init; }

    public required DateTimeOffset At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

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
