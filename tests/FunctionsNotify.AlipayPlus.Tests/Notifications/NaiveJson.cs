using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>
/// A second, slow and plain reading of strict JSON that shares nothing with the product's: it decides what the fuzz
/// tests expect, and spells values in many ways for the property tests.
/// </summary>
internal abstract partial record NaiveJson
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
            var parser = new Parser(new UTF8Encoding(false, true).GetString(bytes));
            return parser.Whole();
        }
        catch (Exception fault) when (fault is FormatException or DecoderFallbackException or EncoderFallbackException)
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

    private sealed partial class Parser(string json)
    {
        private int at;

        public NaiveJson Whole()
        {
            Blanks();
            var value = Value(0);
            Blanks();
            return at == json.Length ? value : throw new FormatException();
        }

        private NaiveJson Value(int depth)
        {
            switch (Peek())
            {
                case '"':
                    return new Text(String());
                case '{' or '[' when depth == 16:
                    throw new FormatException();
                case '{':
                    var members = new List<(string Name, NaiveJson Value)>();
                    Each('}', () =>
                    {
                        var name = String();
                        Blanks();
                        Expect(':');
                        Blanks();
                        members.Add((name, Value(depth + 1)));
                    });
                    return members.DistinctBy(member => member.Name).Count() == members.Count ? new Map([.. members]) : throw new FormatException();
                case '[':
                    var items = new List<NaiveJson>();
                    Each(']', () => items.Add(Value(depth + 1)));
                    return new List([.. items]);
            }

            var scalar = Scalar().Match(json, at);
            if (!scalar.Success)
            {
                throw new FormatException();
            }

            at += scalar.Length;
            return char.IsAsciiLetter(scalar.Value[0]) ? new Word(scalar.Value) : new Number(scalar.Value);
        }

        private void Each(char end, Action one)
        {
            at++;
            Blanks();
            if (Peek() == end)
            {
                at++;
                return;
            }

            while (true)
            {
                one();
                Blanks();
                if (Peek() == end)
                {
                    at++;
                    return;
                }

                Expect(',');
                Blanks();
            }
        }

        private string String()
        {
            Expect('"');
            var text = new StringBuilder();
            for (; Peek() != '"'; at++)
            {
                if (Peek() < 32)
                {
                    throw new FormatException();
                }

                if (Peek() != '\\')
                {
                    text.Append(Peek());
                    continue;
                }

                at++;
                var escape = "\"\\/bfnrt".IndexOf(Peek(), StringComparison.Ordinal);
                if (escape >= 0)
                {
                    text.Append("\"\\/\b\f\n\r\t"[escape]);
                    continue;
                }

                Expect('u');
                if (at + 4 > json.Length || !json.AsSpan(at, 4).ToArray().All(char.IsAsciiHexDigit))
                {
                    throw new FormatException();
                }

                text.Append((char)Convert.ToInt32(json.Substring(at, 4), 16));
                at += 3;
            }

            at++;
            var result = text.ToString();
            new UTF8Encoding(false, true).GetByteCount(result);
            return result;
        }

        private char Peek() => at < json.Length ? json[at] : throw new FormatException();

        private void Expect(char expected)
        {
            if (Peek() != expected)
            {
                throw new FormatException();
            }

            at++;
        }

        private void Blanks()
        {
            while (at < json.Length && json[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }
        }

        [GeneratedRegex(@"\G(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)", RegexOptions.CultureInvariant)]
        private static partial Regex Scalar();
    }
}
