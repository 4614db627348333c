using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Reads the host's JSON without trusting it: what is missing or of another kind is null.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonElement element, string name)
    {
        if (Member(element, name) is not { ValueKind: JsonValueKind.String } member)
        {
            return null;
        }

        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape is valid JSON that has no text.
            return member.GetRawText();
        }
    }

    public static long? Number(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;

    public static double? Fraction(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number) ? number : null;

    public static bool IsTrue(this JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.True };

    public static JsonElement? Object(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } member ? [.. member.EnumerateArray()] : [];

    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static TimeSpan? Span(this JsonElement element, string name) =>
        element.Text(name) is { } text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
