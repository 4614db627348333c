using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

// A quarantine record as an operator sees it: everything but the body, which is shown only when it is asked for.
internal sealed record QuarantineView
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required string QuarantineId { get; init; }

    public required MessageState State { get; init; }

    public required QuarantineStatus Status { get; init; }

    public string? PaymentId { get; init; }

    public required string MessageId { get; init; }

    public required DateTimeOffset InsertedAt { get; init; }

    public required DateTimeOffset QuarantinedAt { get; init; }

    public bool FromPoisonQueue { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ClaimedAt { get; init; }

    public required ImmutableArray<Violation> Reasons { get; init; }

    public required int Size { get; init; }

    public required bool IsCorrected { get; init; }

    public required ImmutableArray<QuarantineEntry> History { get; init; }

    // The notification where one was found in the message, else the whole message; base64 in JSON. Null unless it was
    // asked for.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Body { get; init; }

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
