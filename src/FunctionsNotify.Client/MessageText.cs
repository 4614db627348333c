using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace FunctionsNotify.Client;

// The queue's protocol is XML, which may turn a carriage return into a line feed and cannot hold U+FFFE and U+FFFF (the
// queue answers 400): such a text goes in base64, so that the bytes that arrive are the bytes that were sent.
internal static class MessageText
{
    private static readonly SearchValues<char> _altered = SearchValues.Create("\r\uFFFE\uFFFF");

    // For a queue client that does not encode.
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return text.AsSpan().ContainsAny(_altered) ? Convert.ToBase64String(utf8) : text;
    }

    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, decoded, out _, out var written) == OperationStatus.Done && written > 0 ? decoded.AsSpan(0, written) : text;
    }

    public static int Base64Length(int length) => Base64.GetMaxEncodedToUtf8Length(length);
}
