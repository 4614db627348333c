using System.Globalization;
using System.Net;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>An answer of the host, as it came.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string? MediaType, byte[] Body)
{
    // RFC 9457: our API speaks, and not something in front of it.
    private bool IsProblem => MediaType == "application/problem+json";

    /// <summary>The JSON of a good answer, or a fault that says why there is none.</summary>
    public JsonElement Read(HttpStatusCode? alsoGood)
    {
        var isGood = (int)Status is >= 200 and < 300 || (Status == alsoGood && !IsProblem);
        if (isGood && Parse() is { } json)
        {
            return json;
        }

        throw isGood ? NotOurs() : Refusal();
    }

    private CliFault Refusal()
    {
        var status = (int)Status;
        CliFault Fault(int exitCode, string line) => CliFault.Answered(exitCode, status, [line]);
        switch (Status)
        {
            case HttpStatusCode.Unauthorized:
                return Fault(ExitCodes.Usage, $"The host needs a key, or rejects this one: set {ApiSettings.KeyVariable}, and --entra-scope too if Microsoft Entra is on.");
            case HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout when !IsProblem:
                return Fault(ExitCodes.Unreachable, $"The host is not ready (HTTP {status}).");
        }

        if (!IsProblem || Parse() is not { ValueKind: JsonValueKind.Object } problem)
        {
            return Status switch
            {
                HttpStatusCode.Forbidden => Fault(ExitCodes.NotDone, "The host refused (HTTP 403): the signed-in user lacks the role."),
                HttpStatusCode.TooManyRequests => Fault(ExitCodes.NotDone, "The host asks to slow down (HTTP 429)."),
                >= HttpStatusCode.InternalServerError => Fault(ExitCodes.NotDone, $"The host failed (HTTP {status}); its log says why."),
                _ => NotOurs(),
            };
        }

        var fields = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var field in problem.Object("errors")?.EnumerateObject().ToList() ?? [])
        {
            fields[field.Name] = field.Value.ValueKind == JsonValueKind.Array ? [.. field.Value.EnumerateArray().Select(rule => rule.ToString())] : [field.Value.ToString()];
        }

        var said = problem.Text("detail") ?? (fields.Count == 0 ? problem.Text("title") ?? $"HTTP {status}" : null);
        return CliFault.Answered(
            Status == HttpStatusCode.ServiceUnavailable ? ExitCodes.Unreachable : ExitCodes.NotDone,
            status,
            [.. said is null ? Array.Empty<string>() : [said], .. fields.SelectMany(field => field.Value.Select(rule => $"{field.Key}: {rule}"))],
            fields.Count == 0 ? null : fields);
    }

    private CliFault NotOurs() =>
        CliFault.Answered(ExitCodes.Usage, (int)Status, [$"This address is not FunctionsNotify's, or its version does not know this call (HTTP {(int)Status}): check --url and the host's version."]);

    private JsonElement? Parse()
    {
        try
        {
            return JsonElement.Parse(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Reads members that may be missing, so that an older or newer host's answer is shown as far as it is known.</summary>
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

    public static bool IsTrue(this JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.True };

    public static JsonElement? Object(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } member ? [.. member.EnumerateArray()] : [];

    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static TimeSpan? Span(this JsonElement element, string name) =>
        element.Text(name) is { } text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;

    public static string? Shown(this long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
