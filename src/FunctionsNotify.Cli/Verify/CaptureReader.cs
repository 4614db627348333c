using System.Globalization;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>Reads captured HTTP: a start line (optional), header lines, an empty line, and the body's raw bytes.</summary>
internal static class CaptureReader
{
    /// <summary>Splits a capture of one file into head and body.</summary>
    /// <exception cref="CliFault">No empty line ends the headers.</exception>
    public static (byte[] Head, byte[] Body) Split(byte[] capture)
    {
        foreach (var separator in new[] { "\r\n\r\n"u8.ToArray(), "\n\n"u8.ToArray() })
        {
            if (capture.AsSpan().IndexOf(separator) is >= 0 and var at)
            {
                return (capture[..at], capture[(at + separator.Length)..]);
            }
        }

        throw CliFault.Usage("--capture: has no empty line between headers and body; give --headers and --body instead");
    }

    /// <summary>Reads a head.</summary>
    /// <param name="isResponse">True for an answer.</param>
    /// <param name="head">Start line and headers.</param>
    /// <param name="body">The body's bytes.</param>
    /// <param name="path">The request's path, where it is given; else the request line's, else the call's own.</param>
    /// <param name="method">The request's method, where it is given.</param>
    /// <param name="notes">Takes what is strange about the capture.</param>
    public static SignedCapture Read(bool isResponse, byte[] head, byte[] body, string? path, string? method, ICollection<string> notes)
    {
        var lines = Encoding.UTF8.GetString(head).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var start = lines[0].Split(' ');
        var hasRequestLine = start.Length >= 2 && !start[0].Contains(':', StringComparison.Ordinal) && !start[0].StartsWith("HTTP/", StringComparison.Ordinal);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !line.AsSpan(0, colon).ContainsAny(' ', '\t'))
            {
                // One blank after the colon is not the value's; what stands at its end is kept, to be seen.
                var name = line[..colon];
                var value = line[(colon + 1)..].TrimStart(' ', '\t');
                headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
            }
        }

        if (headers.TryGetValue("Content-Length", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length != body.Length)
        {
            notes.Add($"The captured body has {body.Length} bytes, Content-Length says {length}: it was not captured byte for byte.");
        }

        return new SignedCapture
        {
            IsResponse = isResponse,
            Method = method ?? (hasRequestLine && !isResponse ? start[0] : "POST"),
            Path = path ?? (hasRequestLine && !isResponse ? start[1] : NotifyPushPayment.Path),
            Host = headers.GetValueOrDefault("Host"),
            ClientId = headers.GetValueOrDefault(NotifyPushPayment.ClientIdHeader),
            Time = headers.GetValueOrDefault(isResponse ? NotifyPushPayment.ResponseTimeHeader : NotifyPushPayment.RequestTimeHeader),
            OtherTime = headers.GetValueOrDefault(isResponse ? NotifyPushPayment.RequestTimeHeader : NotifyPushPayment.ResponseTimeHeader),
            Signature = headers.GetValueOrDefault(SignatureHeader.HeaderName),
            Body = body,
        };
    }
}
