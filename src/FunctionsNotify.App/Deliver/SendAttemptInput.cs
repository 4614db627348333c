using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

// What one attempt needs. The body travels with every attempt: the storage provider puts messages above 45 to 60 KB
// into blobs, so a notification of more than about 33 KB (base64 makes it a third longer) costs a blob write and read
// for each attempt, and works. Serialized into Durable's messages: add optional members only.
internal sealed record SendAttemptInput
{
    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    public required int AttemptNumber { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    // When the message was put on the queue, else when intake accepted it, UTC; acknowledgement time is measured from
    // it.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }
}
