using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>
/// A value as the tests see it: what the fuzz tests expect is decided over it, and the property tests spell it in many
/// ways.
/// </summary>
internal abstract record NaiveJson
{
    public sealed record Text(string Value) : NaiveJson;

    public sealed record Number(string Spelling) : NaiveJson;

    public sealed record Word(string Spelling) : NaiveJson;

    public sealed record List(NaiveJson[] Items) : NaiveJson;

    public sealed record Map((string Name, NaiveJson Value)[] Members) : NaiveJson;

    public static Word Null { get; } = new("null");

    /// <summary>The value; null when the bytes are not strict JSON with one meaning.</summary>
    public static NaiveJson? Parse(byte[] bytes)
    {
        try
        {
            new UTF8Encoding(false, true).GetCharCount(bytes);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return From(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The canonical form, written down a second time.</summary>
    public string Canonical() => this switch
    {
        Text text => Quote(text.Value),
        Number number => number.Spelling,
        Word word => word.Spelling,
        List list => $"[{string.Join(',', list.Items.Select(item => item.Canonical()))}]",
        Map map => "{" + string.Join(',', map.Members
            .Where(member => member.Value != Null)
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"{Quote(member.Name)}:{member.Value.Canonical()}")) + "}",
        _ => throw new NotSupportedException(),
    };

    /// <summary>The same value in another spelling: order, whitespace, escapes and unused members by chance.</summary>
    public string Spell(Random random)
    {
        switch (this)
        {
            case Text text:
                return SpellText(text.Value, random);
            case List list:
                return $"[{Blank(random)}{string.Join($"{Blank(random)},{Blank(random)}", list.Items.Select(item => item.Spell(random)))}{Blank(random)}]";
            case Map map:
                var members = map.Members.ToList();
                for (var count = random.Next(3); count > 0; count--)
                {
                    var name = $"unused{random.Next(1_000)}";
                    if (members.TrueForAll(member => member.Name != name))
                    {
                        members.Add((name, Null));
                    }
                }

                var shuffled = members.ToArray();
                random.Shuffle(shuffled);
                return $"{{{Blank(random)}{string.Join($"{Blank(random)},{Blank(random)}", shuffled.Select(member => $"{SpellText(member.Name, random)}{Blank(random)}:{Blank(random)}{member.Value.Spell(random)}"))}{Blank(random)}}}";
            default:
                return Canonical();
        }
    }

    private static string Blank(Random random) => random.Next(6) switch { 0 => " ", 1 => "\n", 2 => "\t\r\n ", _ => "" };

    private static string SpellText(string text, Random random)
    {
        // Half a pair that stays raw has no UTF-8: both halves are escaped, or none.
        var escapePairs = random.Next(2) == 0;
        var spelled = new StringBuilder("\"");
        foreach (var unit in text)
        {
            var escape = random.Next(4) == 0;
            var hex = ((int)unit).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture);
            spelled.Append(unit switch
            {
                '/' when escape => "\\/",
                _ when char.IsSurrogate(unit) => escapePairs ? $"\\u{hex}" : unit.ToString(),
                _ when escape => $"\\u{hex}",
                '"' or '\\' => $"\\{unit}",
                '\n' => "\\n",
                < ' ' => $"\\u{hex}",
                _ => unit.ToString(),
            });
        }

        return spelled.Append('"').ToString();
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var unit in text)
        {
            var known = "\\\b\t\n\f\r".IndexOf(unit, StringComparison.Ordinal);
            var plain = unit is >= ' ' and <= '~' && !"\"&'+<>`".Contains(unit, StringComparison.Ordinal);
            quoted.Append(known >= 0 ? $"\\{"\\btnfr"[known]}" : plain ? unit.ToString() : $"\\u{(int)unit:X4}");
        }

        return quoted.Append('"').ToString();
    }

    private static NaiveJson From(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new Map([.. value.EnumerateObject().Select(member => (member.Name, From(member.Value)))]),
        JsonValueKind.Array => new List([.. value.EnumerateArray().Select(From)]),
        JsonValueKind.String => new Text(value.GetString()!),
        JsonValueKind.Number => new Number(value.GetRawText()),
        _ => new Word(value.GetRawText()),
    };
}
