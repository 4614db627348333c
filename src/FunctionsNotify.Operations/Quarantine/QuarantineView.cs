using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>A quarantine record as an operator sees it: everything but the body, which is shown only when it is asked for.</summary>
public sealed record QuarantineView
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The record's id.</summary>
    public required string QuarantineId { get; init; }

    /// <summary>Invalid or Conflict.</summary>
    public required MessageState State { get; init; }

    /// <summary>What became of it.</summary>
    public required QuarantineStatus Status { get; init; }

    /// <summary>The payment, where it could be read.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The queue message's id.</summary>
    public required string MessageId { get; init; }

    /// <summary>When the message was put on the queue, UTC.</summary>
    public required DateTimeOffset InsertedAt { get; init; }

    /// <summary>When it was quarantined, UTC.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>True when id and insertion time are those of a copy in the poison queue.</summary>
    public bool FromPoisonQueue { get; init; }

    /// <summary>For a conflict: when the content that stands was accepted, UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Every reason.</summary>
    public required ImmutableArray<Violation> Reasons { get; init; }

    /// <summary>How many bytes the message has.</summary>
    public required int Size { get; init; }

    /// <summary>True when an operator corrected it.</summary>
    public required bool IsCorrected { get; init; }

    /// <summary>What operators did, oldest first.</summary>
    public required ImmutableArray<QuarantineEntry> History { get; init; }

    /// <summary>The notification where one was found in the message, else the whole message; base64 in JSON. Null unless it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The view of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="codec">Unwraps the body; null to leave it out.</param>
    public static QuarantineView Of(QuarantineRecord record, IMessageCodec? codec)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new QuarantineView
        {
            QuarantineId = record.QuarantineId,
            State = record.State,
            Status = record.Status,
            PaymentId = record.PaymentId,
            MessageId = record.MessageId,
            InsertedAt = record.InsertedAt,
            QuarantinedAt = record.QuarantinedAt,
            FromPoisonQueue = record.FromPoisonQueue,
            ClaimedAt = record.ClaimedAt,
            Reasons = record.Reasons,
            Size = record.Content.Length,
            IsCorrected = record.Correction is not null,
            History = record.History,
            Body = Unwrap(record, codec),
        };
    }

    /// <summary>The body as text; null when it is not asked for, or is no UTF-8.</summary>
    public string? BodyText()
    {
        try
        {
            return Body is { } body ? _strict.GetString(body.Span) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Not in one conditional expression: there null would become an empty memory.
    private static ReadOnlyMemory<byte>? Unwrap(QuarantineRecord record, IMessageCodec? codec)
    {
        if (codec is null)
        {
            return null;
        }

        return codec.Decode(record.Content).Notification ?? record.Content;
    }
}
