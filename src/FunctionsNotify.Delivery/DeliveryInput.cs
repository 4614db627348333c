using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

// What a delivery is started with. Serialized into the orchestration's history: its members are part of the
// compatibility surface, so add optional ones only.
internal sealed record DeliveryInput
{
    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryPolicy Policy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    // The W3C trace context that attempts and outcome belong to: intake's own, or the message's where nothing records
    // traces.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }

    // When the message was put on the queue, UTC; null where that is not known. Acknowledgement time is measured from
    // it.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }

    // The ETag of the claim's insert: while it stands, the end is merged without reading the claim.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClaimTag { get; init; }
}

// How our records are written as JSON everywhere but in Durable's own history: camel case, text as it is.
internal static class DeliveryJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Our JSON goes to queues, files and API clients, never into HTML unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
