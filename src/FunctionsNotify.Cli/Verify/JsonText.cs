using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Cli;

/// <summary>
/// JSON written another way. Each character of a text is one byte of UTF-8 (Latin-1), so that bytes which are no UTF-8
/// survive; strings are kept as they stand unless the change is to them.
/// </summary>
internal static partial class JsonText
{
    private static readonly JsonSerializerOptions _relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Compact(string json) => StringOrSpace().Replace(json, "$1");

    public static string Spaced(string json) => Token().Replace(Compact(json), match => match.Value is "," or ":" ? match.Value + " " : match.Value);

    public static string Indented(string json, string step, string lineEnd)
    {
        var depth = 0;
        string Line() => lineEnd + string.Concat(Enumerable.Repeat(step, Math.Max(0, depth)));
        string Open(string mark)
        {
            depth++;
            return mark + Line();
        }

        string Close(string mark)
        {
            depth--;
            return Line() + mark;
        }

        return Token().Replace(Compact(json), match => match.Value switch
        {
            "{" or "[" => Open(match.Value),
            "}" or "]" => Close(match.Value),
            "," => "," + Line(),
            ":" => ": ",
            var other => other,
        });
    }

    // As most languages write it, and as .NET does.
    public static IEnumerable<string> Escaped(string json) =>
    [
        OfText(json, text => string.Concat(text.Select(character => character > '~' ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : character.ToString()))),
        OfText(json, text => string.Concat(text.Select(character => character > '~' ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}") : character.ToString()))),
        .. Parse(json) is { } node ? [node.ToJsonString()] : Array.Empty<string>(),
    ];

    public static string Unescaped(string json) => OfText(json, text => Escape().Replace(text, match =>
        (char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var character && character is < ' ' or '"' or '\\' ? match.Value : character.ToString()));

    public static IEnumerable<string> Sorted(string json) => Parse(json) is { } node ? [Encoding.Latin1.GetString(JsonSerializer.SerializeToUtf8Bytes(Sorted(node), _relaxed))] : [];

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static string OfText(string json, Func<string, string> change) =>
        Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(json)))));

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(Encoding.Latin1.GetBytes(json), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("""("(?:[^"\\]|\\.)*")|[ \t\r\n]+""", RegexOptions.Singleline)]
    private static partial Regex StringOrSpace();

    [GeneratedRegex("""("(?:[^"\\]|\\.)*")|\{\}|\[\]|[{}\[\],:]""", RegexOptions.Singleline)]
    private static partial Regex Token();

    [GeneratedRegex(@"(?<=(?:^|[^\\])(?:\\\\)*)\\u([0-9a-fA-F]{4})")]
    private static partial Regex Escape();
}
