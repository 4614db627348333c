using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace FunctionsNotify.App;

// Names and texts of a JSON reader, without the exceptions that it throws at text that is not Unicode.
internal static class JsonNames
{
    private const int MaxPrintable = 64;

    public static string? Find(ref Utf8JsonReader reader, string[] names)
    {
        foreach (var name in names)
        {
            if (reader.ValueIsEscaped ? EqualsEscaped(reader.ValueSpan, name) : reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        return null;
    }

    public static string? ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !Utf8.IsValid(reader.ValueSpan))
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair.
            return null;
        }
    }

    public static string Printable(ref Utf8JsonReader reader)
    {
        if (ReadText(ref reader) is not { } name)
        {
            return "?";
        }

        var cut = name.AsSpan(0, Math.Min(name.Length, MaxPrintable));
        var printable = string.Create(cut.Length, name, static (target, source) =>
        {
            for (var index = 0; index < target.Length; index++)
            {
                target[index] = Prints(source[index]) ? source[index] : '?';
            }
        });
        return name.Length > MaxPrintable ? printable + "…" : printable;
    }

    private static bool Prints(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    // The reader has checked the syntax of escapes, so each is complete.
    private static bool EqualsEscaped(ReadOnlySpan<byte> written, string name)
    {
        foreach (var character in name)
        {
            if (written.IsEmpty)
            {
                return false;
            }

            int unit = written[0];
            var length = 1;
            if (unit == '\\')
            {
                if (written[1] != 'u' || !int.TryParse(written[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                {
                    return false;
                }

                length = 6;
            }

            if (unit != character)
            {
                return false;
            }

            written = written[length..];
        }

        return written.IsEmpty;
    }
}
