using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Reads strict JSON (RFC 8259, one value, no comments, no trailing commas, no byte order mark) into nodes and never
/// throws: a fault is part of the answer. Time and memory are linear in the input; recursion ends at
/// <see cref="MaxDepth"/>.
/// </summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting of objects and arrays, the outermost counting as 1. <c>[decided]</c></summary>
    public const int MaxDepth = 16;

    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
        // The depth is judged here instead, so that a bomb in one field does not hide the violations of the others.
        // The platform's reader does not recurse: it spends one bit per level.
        MaxDepth = int.MaxValue,
    };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static ParsedJson Parse(ReadOnlySpan<byte> json)
    {
        var parsed = new ParsedJson { HasByteOrderMark = json.StartsWith(ByteOrderMark) };
        if (parsed.HasByteOrderMark)
        {
            parsed.IsSound = false;
            json = json[ByteOrderMark.Length..];
        }

        var reader = new Utf8JsonReader(json, Options);
        try
        {
            reader.Read();
            parsed.Root = Start(ref reader, 1, parsed);
            Fill(ref reader, parsed.Root, 1, parsed);
            reader.Read();
        }
        catch (JsonException exception)
        {
            // Its message quotes the input, so only the place is kept.
            parsed.IsSound = false;
            parsed.SyntaxFault = json.IsEmpty
                ? "nothing"
                : $"invalid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
        }

        return parsed;
    }

    private static JsonNode Start(ref Utf8JsonReader reader, int depth, ParsedJson parsed)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when depth > MaxDepth:
                parsed.IsSound = false;
                return new JsonNode(JsonNodeKind.TooDeep);
            case JsonTokenType.StartObject:
                return new JsonNode(JsonNodeKind.Object);
            case JsonTokenType.StartArray:
                return new JsonNode(JsonNodeKind.Array);
            case JsonTokenType.String:
                var text = ReadText(ref reader, parsed);
                return new JsonNode(text is null ? JsonNodeKind.UnreadableText : JsonNodeKind.Text, text);
            case JsonTokenType.Number:
                return new JsonNode(JsonNodeKind.Number, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new JsonNode(JsonNodeKind.Boolean, "true");
            case JsonTokenType.False:
                return new JsonNode(JsonNodeKind.Boolean, "false");
            default:
                return new JsonNode(JsonNodeKind.Null);
        }
    }

    // A container hangs in the tree before it is filled, so that a syntax error leaves everything before it readable.
    private static void Fill(ref Utf8JsonReader reader, JsonNode node, int depth, ParsedJson parsed)
    {
        switch (node.Kind)
        {
            case JsonNodeKind.Object:
                FillObject(ref reader, node, depth, parsed);
                break;
            case JsonNodeKind.Array:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var item = Start(ref reader, depth + 1, parsed);
                    node.Items.Add(item);
                    Fill(ref reader, item, depth + 1, parsed);
                }

                break;
            case JsonNodeKind.TooDeep:
                reader.Skip();
                break;
        }
    }

    private static void FillObject(ref Utf8JsonReader reader, JsonNode node, int depth, ParsedJson parsed)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText(ref reader, parsed);
            var isRepeated = name is not null && !names.Add(name);
            if (isRepeated)
            {
                parsed.IsSound = false;
            }

            reader.Read();
            var value = Start(ref reader, depth + 1, parsed);
            node.Members.Add(new JsonMember(name, value, isRepeated));
            Fill(ref reader, value, depth + 1, parsed);
        }
    }

    private static string? ReadText(ref Utf8JsonReader reader, ParsedJson parsed)
    {
        // Checked beforehand: the platform answers with an exception, too slow for thousands of bad texts in one body.
        var written = reader.ValueSpan;
        if (Utf8.IsValid(written) && (!reader.ValueIsEscaped || SurrogateEscapesArePaired(written)))
        {
            return reader.GetString();
        }

        parsed.IsSound = false;
        return null;
    }

    private static bool SurrogateEscapesArePaired(ReadOnlySpan<byte> written)
    {
        var expectsLow = false;
        while (!written.IsEmpty)
        {
            var unit = '\0';
            var length = 1;
            if (written[0] == (byte)'\\')
            {
                length = 2;
                if (written[1] == (byte)'u')
                {
                    unit = Utf8Parser.TryParse(written[2..6], out ushort code, out _, 'x') ? (char)code : '\0';
                    length = 6;
                }
            }

            if (char.IsLowSurrogate(unit) != expectsLow)
            {
                return false;
            }

            expectsLow = char.IsHighSurrogate(unit);
            written = written[length..];
        }

        return !expectsLow;
    }
}

/// <summary>What strict reading came to.</summary>
internal sealed class ParsedJson
{
    /// <summary>The outermost value, up to the syntax error if there is one; null when nothing could be read.</summary>
    public JsonNode? Root { get; set; }

    /// <summary>Where the JSON is broken; null when it is not.</summary>
    public string? SyntaxFault { get; set; }

    /// <summary>True when the input starts with a byte order mark.</summary>
    public bool HasByteOrderMark { get; init; }

    /// <summary>True when the whole input has exactly one meaning: no fault of syntax, names, texts or depth.</summary>
    public bool IsSound { get; set; } = true;
}
