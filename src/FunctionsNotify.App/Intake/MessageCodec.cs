using System.Buffers;
using System.Buffers.Text;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

// Finds the notification's bytes in a queue message: bare or in an envelope, as it is or in base64 (also base64 of
// base64: a backend that encodes over a client that encodes too), with or without a UTF-8 byte order mark, at most 64
// KB. Never throws; time is linear in the size. Violations of the message name the field $, those of the envelope
// envelope.….
internal sealed class MessageCodec : IMessageCodec
{
    private const int MaxBase64Layers = 2;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Whitespace => " \t\r\n"u8;

    public DecodedMessage Decode(ReadOnlyMemory<byte> content)
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
