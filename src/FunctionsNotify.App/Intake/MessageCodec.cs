using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

// Finds the notification's bytes in a queue message: bare or in an envelope, as it is or in base64 (also base64 of
// base64: a backend that encodes over a client that encodes too), with or without a UTF-8 byte order mark, at most 64
// KB. Never throws; time is linear in the size. Violations of the message name the field $, those of the envelope
// envelope.….
internal static class MessageCodec
{
    private const int MaxBase64Layers = 2;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Whitespace => " \t\r\n"u8;

    public static DecodedMessage Decode(ReadOnlyMemory<byte> content)
    {
        if (content.Length > NotificationEnvelope.MaxMessageBytes)
        {
            return Refused($"must have at most {NotificationEnvelope.MaxMessageBytes} bytes", $"{content.Length} bytes");
        }

        var text = Strip(content);
        var layers = 0;
        while (layers < MaxBase64Layers && !LooksLikeObject(text.Span) && FromBase64(text.Span) is { } decoded)
        {
            text = Strip(decoded);
            layers++;
        }

        return LooksLikeObject(text.Span)
            ? EnvelopeReader.Read(text)
            : Refused("must be a JSON object in UTF-8, or its base64", MessageShape.Of(text.Span, layers));
    }

    private static bool LooksLikeObject(ReadOnlySpan<byte> text) =>
        text is [(byte)'{', ..] && !MessageShape.IsUtf16(text);

    private static ReadOnlyMemory<byte> Strip(ReadOnlyMemory<byte> text) =>
        (text.Span.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text).Trim(Whitespace);

    private static byte[]? FromBase64(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !Base64.IsValid(text, out var length))
        {
            return null;
        }

        var decoded = new byte[length];
        return Base64.DecodeFromUtf8(text, decoded, out _, out var written) == OperationStatus.Done && written == length
            ? decoded
            : null;
    }

    private static DecodedMessage Refused(string rule, string shape) =>
        new() { Violations = [new Violation("$", rule, Severity.Refuse, shape)] };
}

internal sealed record DecodedMessage
{
    // The exact slice of bytes of the notification; null when none was found. It may stand beside a refusal, so that
    // the notification's own violations and its paymentId are told too.
    public ReadOnlyMemory<byte>? Notification { get; init; }

    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    public bool IsAccepted => Notification is not null && Violations.All(violation => violation.Severity == Severity.Warn);
}

// Says what bytes look like that are no JSON object, without saying what they hold.
internal static class MessageShape
{
    public static string Of(ReadOnlySpan<byte> bytes, int base64Layers)
    {
        var shape = Of(bytes);
        return base64Layers == 0 ? shape : $"base64 of {shape}";
    }

    public static bool IsUtf16(ReadOnlySpan<byte> bytes) =>
        bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, not 0, ..];

    private static string Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [] => "nothing",
        _ when IsUtf16(bytes) => $"UTF-16 text of {bytes.Length} bytes",
        _ when !Utf8.IsValid(bytes) => $"{bytes.Length} bytes that are not UTF-8",
        [(byte)'[', ..] => "JSON array",
        [(byte)'"', ..] => "JSON string",
        _ => $"text of {bytes.Length} bytes that is neither JSON object nor base64 of one",
    };
}
