using System.Globalization;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>A captured request or answer: what its signature was made over, as far as the capture shows it.</summary>
internal sealed record SignedCapture
{
    public required bool IsResponse { get; init; }

    public required string Method { get; init; }

    // The request's, also of an answer.
    public required string Path { get; init; }

    public string? Host { get; init; }

    public string? ClientId { get; init; }

    // The header of this direction, and the one of the other.
    public string? Time { get; init; }

    public string? OtherTime { get; init; }

    public string? Signature { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>Splits a capture of one file: a start line (optional), headers, an empty line, the body's raw bytes.</summary>
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

    /// <summary>Reads a head; notes takes what is strange about the capture.</summary>
    public static SignedCapture Read(bool isResponse, byte[] head, byte[] body, string? path, string? method, ICollection<string> notes)
    {
        var lines = Encoding.UTF8.GetString(head).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var start = lines[0].Split(' ');
        var hasRequestLine = !isResponse && start.Length >= 2 && !start[0].Contains(':', StringComparison.Ordinal) && !start[0].StartsWith("HTTP/", StringComparison.Ordinal);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !line.AsSpan(0, colon).ContainsAny(' ', '\t'))
            {
                // Blanks after the colon are not the value's; what stands at its end is kept, to be seen.
                var value = line[(colon + 1)..].TrimStart(' ', '\t');
                headers[line[..colon]] = headers.TryGetValue(line[..colon], out var before) ? $"{before}, {value}" : value;
            }
        }

        if (headers.TryGetValue("Content-Length", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length != body.Length)
        {
            notes.Add($"The captured body has {body.Length} bytes, Content-Length says {length}: it was not captured byte for byte.");
        }

        var (own, other) = isResponse
            ? (NotifyPushPayment.ResponseTimeHeader, NotifyPushPayment.RequestTimeHeader)
            : (NotifyPushPayment.RequestTimeHeader, NotifyPushPayment.ResponseTimeHeader);
        return new SignedCapture
        {
            IsResponse = isResponse,
            Method = method ?? (hasRequestLine ? start[0] : "POST"),
            Path = path ?? (hasRequestLine ? start[1] : NotifyPushPayment.Path),
            Host = headers.GetValueOrDefault("Host"),
            ClientId = headers.GetValueOrDefault(NotifyPushPayment.ClientIdHeader),
            Time = headers.GetValueOrDefault(own),
            OtherTime = headers.GetValueOrDefault(other),
            Signature = headers.GetValueOrDefault(SignatureHeader.HeaderName),
            Body = body,
        };
    }
}

/// <summary>The parts of a Signature header that does not have to be sound.</summary>
internal sealed record LooseSignature(string? Algorithm, string? KeyVersion, string? Text)
{
    private const string Marker = "signature=";

    public static LooseSignature Read(string? header) => new(Part(header, "algorithm=")?.Trim(), Part(header, "keyVersion=")?.Trim(), Part(header, Marker));

    /// <summary>The signature's bytes as the host reads them; null when it cannot.</summary>
    public static byte[]? Decode(string? text) =>
        text is not null && SignatureHeader.TryParse($"keyVersion=1,{Marker}{text}", out var header) ? header.Signature.ToArray() : null;

    private static string? Part(string? header, string name) =>
        header?.IndexOf(name, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? header[(at + name.Length)..].Split(',')[0] : null;
}
