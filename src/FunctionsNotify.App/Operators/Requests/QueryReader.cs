using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal sealed class QueryReader
{
    private const int MaxTokenLength = 4096;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IQueryCollection _query;

    public QueryReader(HttpRequest request, string[] parameters)
    {
        _query = request.Query;
        foreach (var _ in _query.Keys.Where(key => !parameters.Contains(key, StringComparer.OrdinalIgnoreCase)).Take(1))
        {
            Errors.Add("query", $"may have only {string.Join(", ", parameters)}; has another parameter");
        }
    }

    public static JsonSerializerOptions Json { get; } = new(DeliveryJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public FieldErrors Errors { get; } = new();

    public static string? Token(string? continuation) => continuation is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(continuation));

    public string? Text(string name)
    {
        var values = _query[name];
        if (values.Count > 1)
        {
            Errors.Add(name, "must be given once");
            return null;
        }

        return values is [{ Length: > 0 } value] ? value : null;
    }

    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is null or "false")
        {
            return false;
        }

        if (text != "true")
        {
            Errors.Add(name, "must be true or false");
        }

        return text == "true";
    }

    public int? Number(string name, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Errors.Add(name, $"must be a whole number from {min} to {max}");
        return null;
    }

    public DateTimeOffset? Time(string name) => Text(name) is { } text ? Time(name, text, Errors) : null;

    public static DateTimeOffset? Time(string name, string text, FieldErrors errors)
    {
        if (text.Length <= 40
            && text.Length >= 10
            && char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        errors.Add(name, "must be a time as 2026-03-01T12:00:00Z");
        return null;
    }

    public TEnum? Name<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // By name only: Enum.TryParse alone would take numbers.
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        Errors.Add(name, $"must be one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        return null;
    }

    public string? Continuation(string name)
    {
        if (Text(name) is not { } token)
        {
            return null;
        }

        try
        {
            if (token.Length <= MaxTokenLength && Base64Url.IsValid(token))
            {
                return _strict.GetString(Base64Url.DecodeFromChars(token));
            }
        }
        catch (Exception fault) when (fault is DecoderFallbackException or FormatException)
        {
            // Told below.
        }

        Errors.Add(name, "must be what the page before gave");
        return null;
    }
}
