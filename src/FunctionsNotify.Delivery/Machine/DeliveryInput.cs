using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// What a delivery is started with. Serialized into the orchestration's history: its members are part of the
/// compatibility surface, so add optional ones only.
/// </summary>
public sealed record DeliveryInput
{
    /// <summary>The delivery's id, which is the orchestration's instance id; see <see cref="DeliveryIds"/>.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment, where the notification names it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>The exact bytes that every attempt sends, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The retry schedule and its constants.</summary>
    public required DeliveryPolicy Policy { get; init; }

    /// <summary>The delivery that this one delivers again, null for a first delivery.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    /// <summary>The W3C trace context that attempts and outcome belong to: intake's own, or the message's where nothing records traces.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>The W3C trace state that goes with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }

    /// <summary>When the message was put on the queue, UTC; null where that is not known. Acknowledgement time is measured from it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }
}
