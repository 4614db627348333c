using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace FunctionsNotify.Client;

/// <summary>
/// The text of a queue message. The queue's protocol is XML, which may turn a carriage return into a line feed and cannot
/// hold U+FFFE and U+FFFF (the queue answers 400): such a text goes in base64, so that the bytes that arrive are the
/// bytes that were sent.
/// <c>[decided]</c>
/// </summary>
internal static class MessageText
{
    private static readonly SearchValues<char> _altered = SearchValues.Create("\r\uFFFE\uFFFF");

    /// <summary>The text for a queue client that does not encode.</summary>
    /// <param name="utf8">Valid UTF-8 JSON.</param>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return text.AsSpan().ContainsAny(_altered) ? Convert.ToBase64String(utf8) : text;
    }

    /// <summary>The bytes of the text in base64.</summary>
    /// <param name="length">The bytes before encoding.</param>
    public static int Base64Length(int length) => Base64.GetMaxEncodedToUtf8Length(length);
}
