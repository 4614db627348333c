using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// Reads bodies and queries as records. What does not fit is told member by member, never with what was found; a member
// that is not known is refused without its name, which may be anything.
internal static class Binding
{
    // The platform accepts a function's key as this parameter.
    private const string KeyParameter = "code";

    private static readonly JsonSerializerOptions _strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        // Its members are asked for before it has read anything.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static T Body<T>(ReadOnlyMemory<byte> json, FieldErrors errors)
        where T : new() => json.IsEmpty ? new T() : Read<T>(json, "$", errors);

    public static T Query<T>(HttpRequest request, FieldErrors errors)
        where T : new()
    {
        var found = new JsonObject();
        foreach (var (name, values) in request.Query.Where(parameter => !parameter.Key.Equals(KeyParameter, StringComparison.OrdinalIgnoreCase)))
        {
            var known = Members(typeof(T)).FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;
            if (values.Count > 1)
            {
                errors.Add(known ?? "query", "must be given once");
            }
            else if (known is null || values is [{ Length: > 0 }])
            {
                found[known ?? name] = values.ToString();
            }
        }

        return Read<T>(JsonSerializer.SerializeToUtf8Bytes(found), "query", errors);
    }

    private static T Read<T>(ReadOnlyMemory<byte> json, string root, FieldErrors errors)
        where T : new()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json.Span, _strict) ?? throw new JsonException();
        }
        catch (Exception fault) when (IsOfTheJson(fault))
        {
            return Explain<T>(json, root, errors);
        }
    }

    // The members that fit are kept, so that their rules are told as well.
    private static T Explain<T>(ReadOnlyMemory<byte> json, string root, FieldErrors errors)
        where T : new()
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add(root, $"must be a JSON object, is {document.RootElement.ValueKind}");
                return new T();
            }

            var members = Members(typeof(T)).ToDictionary(member => member.Name);
            var sound = new JsonObject();
            foreach (var given in document.RootElement.EnumerateObject())
            {
                if (members.TryGetValue(given.Name, out var member) && Fits(given.Value, member.PropertyType))
                {
                    sound[given.Name] = JsonNode.Parse(given.Value.GetRawText());
                }
                else if (member is not null)
                {
                    errors.Add(given.Name, RuleOf(member.PropertyType));
                }
            }

            if (document.RootElement.EnumerateObject().Any(given => !members.ContainsKey(given.Name)))
            {
                errors.Add(root, $"may have only {string.Join(", ", members.Keys)}; found another");
            }

            return sound.Deserialize<T>(_strict)!;
        }
        catch (Exception fault) when (IsOfTheJson(fault))
        {
            errors.Add(root, "must be a JSON object without repeated names");
            return new T();
        }
    }

    private static IList<JsonPropertyInfo> Members(Type type) => _strict.GetTypeInfo(type).Properties;

    private static bool Fits(JsonElement value, Type type)
    {
        try
        {
            value.Deserialize(type, _strict);
            return true;
        }
        catch (Exception fault) when (IsOfTheJson(fault))
        {
            return false;
        }
    }

    // A lone surrogate escape is JSON that has no text.
    private static bool IsOfTheJson(Exception fault) => fault is JsonException or InvalidOperationException;

    private static string RuleOf(Type type) =>
        type == typeof(string) ? "must be a string"
        : type == typeof(bool) ? "must be true or false"
        : type == typeof(int?) ? "must be a whole number"
        : type == typeof(string[]) ? "must be a list of strings"
        : $"must be an object of strings, with no members but {string.Join(", ", Members(type).Select(member => member.Name))}";
}

// The rules of texts that come in queries and bodies alike.
internal static class FieldRules
{
    public const string TokenRule = "must be the token of the page before";

    private const int MaxTokenLength = 4096;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly TimeSpan _defaultSpan = TimeSpan.FromDays(7);

    public static TimeSpan LongestSpan { get; } = TimeSpan.FromDays(400);

    // Where nobody names an end: rows of a clock that is a little ahead belong to the list too.
    public static TimeSpan Ahead { get; } = TimeSpan.FromMinutes(1);

    public static int Number(string field, string? text, int max, int otherwise, FieldErrors errors)
    {
        if (text is null)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
        {
            return number;
        }

        errors.Add(field, $"must be a whole number from 1 to {max}");
        return otherwise;
    }

    public static bool Flag(string field, string? text, FieldErrors errors)
    {
        if (text is not (null or "true" or "false"))
        {
            errors.Add(field, "must be true or false");
        }

        return text == "true";
    }

    public static DateTimeOffset? Time(string field, string? text, FieldErrors errors)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length is >= 10 and <= 40
            && char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        errors.Add(field, "must be a time such as 2026-03-01T12:00:00Z");
        return null;
    }

    // From is inclusive, to is not; by default the last seven days.
    public static (DateTimeOffset From, DateTimeOffset To) Range(string field, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now, FieldErrors errors)
    {
        var end = to ?? now + Ahead;
        var start = from ?? (end - DateTimeOffset.MinValue > _defaultSpan ? end - _defaultSpan : DateTimeOffset.MinValue);
        if (start >= end || (to ?? now) - start > LongestSpan)
        {
            errors.Add(field, $"must be before to, by at most {LongestSpan.TotalDays:0} days");
        }

        return (start, end);
    }

    public static string? Short(string field, string? text, int maxLength, FieldErrors errors)
    {
        if (text is not null && (text.Length > maxLength || text.Any(char.IsControl)))
        {
            errors.Add(field, $"must have at most {maxLength} characters and no control characters, has {text.Length} characters");
            return null;
        }

        return text;
    }

    // By name only: Enum.TryParse alone would take numbers.
    public static TEnum[] Names<TEnum>(string field, string? text, FieldErrors errors)
        where TEnum : struct, Enum
    {
        var asked = text?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        var names = Enum.GetNames<TEnum>();
        if (!Array.TrueForAll(asked, name => names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add(field, $"must be one or more of {string.Join(", ", names)}, separated by commas");
            return [];
        }

        return [.. asked.Select(name => Enum.Parse<TEnum>(name, ignoreCase: true)).Distinct().Order()];
    }

    public static TEnum? Name<TEnum>(string field, string? text, FieldErrors errors)
        where TEnum : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        if (!text.Contains(',', StringComparison.Ordinal) && Names<TEnum>(field, text, new FieldErrors()) is [var found])
        {
            return found;
        }

        errors.Add(field, $"must be one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        return null;
    }

    public static string? Token(string? continuation) => continuation is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(continuation));

    public static string? Token(string field, string? token, FieldErrors errors)
    {
        try
        {
            if (token is null || (token.Length <= MaxTokenLength && Base64Url.IsValid(token)))
            {
                return token is null ? null : _strict.GetString(Base64Url.DecodeFromChars(token));
            }
        }
        catch (Exception fault) when (fault is DecoderFallbackException or FormatException)
        {
            // Told below.
        }

        errors.Add(field, TokenRule);
        return null;
    }
}
