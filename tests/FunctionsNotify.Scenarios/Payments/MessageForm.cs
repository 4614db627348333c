using System.Text;

namespace FunctionsNotify.Scenarios;

/// <summary>The forms in which a backend may put a notification on the queue.</summary>
public static class MessageForm
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The notification as it is.</summary>
    public static byte[] Bare(byte[] body) => body;

    /// <summary>In the envelope, with a trace.</summary>
    public static byte[] Envelope(byte[] body) =>
        [.. """{"functionsNotify":1,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","notification":"""u8, .. body, .. "}"u8];

    /// <summary>With a UTF-8 byte order mark before it.</summary>
    public static byte[] WithByteOrderMark(byte[] content) => [.. ByteOrderMark, .. content];

    /// <summary>The text of a queue message that holds these bytes as they are.</summary>
    public static string Raw(byte[] content) => Encoding.UTF8.GetString(content);

    /// <summary>The text of a queue message that holds these bytes in base64, as many clients write by default.</summary>
    public static string Base64(byte[] content) => Convert.ToBase64String(content);
}
