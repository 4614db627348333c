using System.Net;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>An answer of the host, as it came.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">The body's media type.</param>
/// <param name="Body">The body.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, string? MediaType, byte[] Body)
{
    private const string ProblemType = "application/problem+json";

    /// <summary>True for RFC 9457 problem details: our API speaks, and not something in front of it.</summary>
    public static bool IsProblem(ApiAnswer answer) => answer.MediaType == ProblemType;

    /// <summary>The JSON of a good answer.</summary>
    /// <exception cref="CliFault">It is not a good answer.</exception>
    public static JsonElement Read(ApiAnswer answer, HttpStatusCode? alsoGood)
    {
        var isGood = (int)answer.Status is >= 200 and < 300 || (answer.Status == alsoGood && !IsProblem(answer));
        if (isGood && Parse(answer.Body) is { } json)
        {
            return json;
        }

        throw isGood ? NotOurs(answer) : Refusal(answer);
    }

    private static CliFault Refusal(ApiAnswer answer)
    {
        var status = (int)answer.Status;
        switch (answer.Status)
        {
            case HttpStatusCode.Unauthorized:
                return CliFault.Answered(ExitCodes.Usage, status, [$"The host asks for a key or a sign-in, or does not know the one given: set {ApiSettings.KeyVariable}, or --entra-scope."]);
            case HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout:
                return CliFault.Answered(ExitCodes.Unreachable, status, [$"The host is not ready (HTTP {status})."]);
        }

        if (!IsProblem(answer) || Parse(answer.Body) is not { ValueKind: JsonValueKind.Object } problem)
        {
            return answer.Status switch
            {
                HttpStatusCode.Forbidden => CliFault.Answered(ExitCodes.NotDone, status, ["The host forbids it (HTTP 403): the signed-in user lacks the role."]),
                HttpStatusCode.TooManyRequests => CliFault.Answered(ExitCodes.NotDone, status, ["The host asks to slow down (HTTP 429)."]),
                >= HttpStatusCode.InternalServerError => CliFault.Answered(ExitCodes.NotDone, status, [$"The host failed (HTTP {status}); its log says why."]),
                _ => NotOurs(answer),
            };
        }

        var fields = Fields(problem);
        List<string> lines = [];
        var said = problem.Text("detail") ?? (fields.Count == 0 ? problem.Text("title") ?? $"HTTP {status}" : null);
        if (said is not null)
        {
            lines.Add(said);
        }

        lines.AddRange(fields.SelectMany(field => field.Value.Select(rule => $"{field.Key}: {rule}")));
        return CliFault.Answered(ExitCodes.NotDone, status, lines, fields.Count == 0 ? null : fields);
    }

    private static SortedDictionary<string, IReadOnlyList<string>> Fields(JsonElement problem)
    {
        var fields = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (problem.Object("errors") is { } errors)
        {
            foreach (var field in errors.EnumerateObject())
            {
                fields[field.Name] = field.Value.ValueKind == JsonValueKind.Array
                    ? [.. field.Value.EnumerateArray().Select(rule => rule.ToString())]
                    : [field.Value.ToString()];
            }
        }

        return fields;
    }

    private static CliFault NotOurs(ApiAnswer answer) =>
        CliFault.Answered(ExitCodes.Usage, (int)answer.Status, [$"What answers at this address is not FunctionsNotify, or does not know this call (HTTP {(int)answer.Status}): check --url and the host's version."]);

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
