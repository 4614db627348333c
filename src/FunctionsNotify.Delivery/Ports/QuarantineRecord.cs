using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>A message that could not become a delivery, with its bytes and every reason.</summary>
public sealed record QuarantineRecord
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The record's id and blob name: <c>yyyyMMdd/&lt;inverted ticks&gt;-&lt;message id&gt;.json</c>, newest first within a day.</summary>
    public string QuarantineId => IdOf(MessageId, InsertedAt);

    /// <summary>Invalid or Conflict.</summary>
    public required MessageState State { get; init; }

    /// <summary>Waiting for an operator, or what the operator did.</summary>
    public string Status { get; init; } = "Waiting";

    /// <summary>The queue message's id.</summary>
    public required string MessageId { get; init; }

    /// <summary>When the message was put on the queue, UTC.</summary>
    public required DateTimeOffset InsertedAt { get; init; }

    /// <summary>When it was quarantined, UTC.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>The payment, where it could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    /// <summary>Every reason.</summary>
    public required ImmutableArray<Violation> Reasons { get; init; }

    /// <summary>The message's bytes exactly as the queue held them; base64 in JSON.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The id of a message's record.</summary>
    /// <param name="messageId">The queue message's id.</param>
    /// <param name="insertedAt">When it was put on the queue.</param>
    public static string IdOf(string messageId, DateTimeOffset insertedAt)
    {
        var utc = insertedAt.UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{utc:yyyyMMdd}/{DateTime.MaxValue.Ticks - utc.Ticks:D19}-{messageId}.json");
    }
}
