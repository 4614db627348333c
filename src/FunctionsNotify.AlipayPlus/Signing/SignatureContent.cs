using System.Text;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The bytes that are signed, in both directions: <c>POST &lt;path&gt;</c> LF
/// <c>&lt;Client-Id&gt;.&lt;time&gt;.&lt;raw body&gt;</c>; UTF-8, one LF, no trailing newline. <c>[family]</c>
/// </summary>
public static class SignatureContent
{
    /// <summary>Puts the content together.</summary>
    /// <param name="path">The request path, starting with <c>/</c>, without host and query.</param>
    /// <param name="clientId">The Client-Id header.</param>
    /// <param name="time">The Request-Time or Response-Time header, exactly as on the wire.</param>
    /// <param name="body">The raw body bytes.</param>
    public static byte[] Build(string path, string clientId, string time, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(time);
        var head = $"POST {path}\n{clientId}.{time}.";
        var headLength = Encoding.UTF8.GetByteCount(head);
        var content = new byte[headLength + body.Length];
        Encoding.UTF8.GetBytes(head, content);
        body.CopyTo(content.AsSpan(headLength));
        return content;
    }
}
