using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Cli;

/// <summary>What a body may have been when it was signed, given what was captured. Pure.</summary>
internal static class BodyVariants
{
    private static readonly JsonWriterOptions _escaping = new() { Encoder = JavaScriptEncoder.Default };
    private static readonly JsonWriterOptions _relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Every variant with its mistake and what it means.</summary>
    public static IEnumerable<(Mistake Mistake, string Detail, byte[] Body)> Of(byte[] body)
    {
        yield return (Mistake.NewlineAfterBody, "the captured body ends with a newline (or blank) that was not signed: an editor or a tool added it, or the sender signed before writing it", TrimEnd(body));
        yield return (Mistake.NewlineAfterBody, "a newline was signed after the body that is not in the captured body: build the signed text without a line end", [.. body, (byte)'\n']);
        yield return (Mistake.NewlineAfterBody, "\\r\\n was signed after the body that is not in the captured body: build the signed text without a line end", [.. body, (byte)'\r', (byte)'\n']);
        yield return (Mistake.ByteOrderMark, "the captured body starts with a byte order mark that was not signed: write UTF-8 without one", body.AsSpan().StartsWith(Mark) ? body[Mark.Length..] : body);
        yield return (Mistake.ByteOrderMark, "a byte order mark was signed that is not in the captured body: encode as UTF-8 without one", [.. Mark, .. body]);
        yield return (Mistake.CarriageReturn, "the captured body has \\r\\n where \\n was signed: its line ends were converted", Replace(body, "\r\n"u8, "\n"u8));
        yield return (Mistake.CarriageReturn, "the captured body has \\n where \\r\\n was signed: its line ends were converted", Replace(Replace(body, "\r\n"u8, "\n"u8), "\n"u8, "\r\n"u8));
        yield return (Mistake.BodyNotSigned, "nothing was signed after the time: the signer had no body yet, or had read it already", []);
        foreach (var (detail, encoding) in Encodings(body))
        {
            yield return (Mistake.BodyEncoding, detail, encoding);
        }

        foreach (var (detail, written) in Written(body))
        {
            yield return (Mistake.BodyReserialised, $"{detail}: sign and verify the raw bytes, never JSON that was parsed and written again", written);
        }
    }

    private static IEnumerable<(string Detail, byte[] Body)> Encodings(byte[] body)
    {
        if (!body.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)0x7F))
        {
            yield break;
        }

        yield return ("UTF-8 was read as Latin-1 before signing: the text was garbled when it was signed", Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(body)));
        if (Strict(body) is { } text)
        {
            yield return ("the captured body is garbled: UTF-8 was read as Latin-1 after signing", Encoding.Latin1.GetBytes(text));
            yield return ("the body was signed in Latin-1 and sent in UTF-8: sign UTF-8", Encoding.Latin1.GetBytes(text));
            yield return ("characters outside ASCII were signed as '?': sign UTF-8", Encoding.ASCII.GetBytes(text));
        }
    }

    private static IEnumerable<(string Detail, byte[] Body)> Written(byte[] body)
    {
        var compact = JsonSpaces.Remove(body);
        yield return ("whitespace stands in the captured body that was not signed", compact);
        yield return ("whitespace was signed (after ',' and ':') that is not in the captured body", JsonSpaces.AfterSeparators(compact));
        foreach (var (name, indent) in new[] { ("two blanks", "  "), ("four blanks", "    "), ("a tab", "\t") })
        {
            yield return ($"the body was signed indented by {name}", JsonSpaces.Indent(compact, indent, "\n"));
            yield return ($"the body was signed indented by {name}, with \\r\\n", JsonSpaces.Indent(compact, indent, "\r\n"));
        }

        yield return ("'/' was escaped as '\\/' when it was signed", Replace(Replace(compact, "\\/"u8, "/"u8), "/"u8, "\\/"u8));
        yield return ("'\\/' stands in the captured body for a signed '/'", Replace(compact, "\\/"u8, "/"u8));
        if (Parse(body) is not { } node)
        {
            yield break;
        }

        yield return ("characters outside ASCII were escaped as \\u when it was signed", Write(node, _escaping));
        yield return ("\\u escapes stand in the captured body for signed characters", Write(node, _relaxed));
        var sorted = Sorted(node)!;
        yield return ("the members were sorted by name when it was signed", Write(sorted, _relaxed));
        yield return ("the members were sorted by name and characters escaped when it was signed", Write(sorted, _escaping));
    }

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body.AsSpan().StartsWith(Mark) ? body.AsSpan(Mark.Length) : body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Write(JsonNode node, JsonWriterOptions options)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            node.WriteTo(writer);
        }

        return stream.ToArray();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static string? Strict(byte[] body)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[] TrimEnd(byte[] body) => body.AsSpan().TrimEnd(" \t\r\n"u8).ToArray();

    private static byte[] Replace(ReadOnlySpan<byte> body, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        var result = new List<byte>(body.Length);
        while (body.IndexOf(old) is >= 0 and var at)
        {
            result.AddRange(body[..at]);
            result.AddRange(replacement);
            body = body[(at + old.Length)..];
        }

        result.AddRange(body);
        return [.. result];
    }
}
