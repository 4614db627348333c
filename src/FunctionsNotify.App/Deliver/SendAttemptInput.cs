using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

/// <summary>
/// What one attempt needs. The body travels with every attempt: the storage provider puts messages above 45 to 60 KB
/// into blobs, so a notification of more than about 33 KB (base64 makes it a third longer) costs a blob write and read
/// for each attempt, and works. Serialized into Durable's messages: add optional members only.
/// </summary>
public sealed record SendAttemptInput
{
    /// <summary>The delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The attempt's number, from 1.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>When it was due, UTC; lateness is measured from it.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The exact bytes to send, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When the message was put on the queue, else when intake accepted it, UTC; acknowledgement time is measured from it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>The delivery's W3C trace context.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>The trace state that goes with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }
}
