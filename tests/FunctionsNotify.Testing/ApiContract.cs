using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace FunctionsNotify.Testing;

/// <summary>
/// The OpenAPI document as a judge of answers. Its schemas leave members to later versions; here they are closed, so that an
/// answer has no member that the document does not describe.
/// </summary>
public sealed class ApiContract
{
    private const string Base = "/api";

    private readonly JsonObject _document;
    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    /// <summary>Reads a document.</summary>
    /// <param name="document">Its JSON.</param>
    public ApiContract(ReadOnlyMemory<byte> document)
    {
        _document = JsonNode.Parse(document.Span)!.AsObject();
        Calls = _document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (operation.Key.ToUpperInvariant(), Base + path.Key)))
            .ToHashSet();
    }

    /// <summary>The document of this build.</summary>
    public static ApiContract Current { get; } = new(Read());

    /// <summary>The document.</summary>
    public JsonNode Document => _document;

    /// <summary>Every call: its method and its path with parameters in braces.</summary>
    public IReadOnlySet<(string Method, string Path)> Calls { get; }

    /// <summary>What is wrong with an answer; null when it is as the document says.</summary>
    /// <param name="method">The call's method.</param>
    /// <param name="path">The call's path, escaped, without its query.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="contentType">The answer's media type; null for none.</param>
    /// <param name="body">The answer's text.</param>
    public string? Judge(string method, string path, int status, string? contentType, string body)
    {
        // Several may fit; the one with the fewest parameters is meant.
        var call = Calls.Where(call => call.Method == method && Fits(call.Path, path)).OrderBy(call => call.Path.Count(character => character == '{')).FirstOrDefault();
        if (call == default)
        {
            return status is 404 or 405 ? null : $"no such call, and the answer is {status}";
        }

        var responses = _document["paths"]![call.Path[Base.Length..]]![method.ToLowerInvariant()]!["responses"]!;
        if (Resolve(responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)]) is not { } response)
        {
            return $"{call.Path} has no answer {status}";
        }

        if (response["content"] is not JsonObject content)
        {
            return null;
        }

        if (contentType is null || content[contentType]?["schema"] is not { } schema)
        {
            return $"{call.Path} {status} is not of type {contentType ?? "none"}";
        }

        return contentType.EndsWith("json", StringComparison.Ordinal) ? JudgeJson(schema, body) : null;
    }

    /// <summary>What is wrong with a JSON text under a schema of the document; null when nothing is.</summary>
    public string? JudgeJson(JsonNode schema, string json)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var judge = _schemas.GetOrAdd(schema.ToJsonString(), _ => JsonSchema.FromJsonAsync(Closed(schema).ToJsonString()).GetAwaiter().GetResult());
        using var reader = new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None };
        var errors = judge.Validate(JToken.ReadFrom(reader));
        return errors.Count == 0 ? null : string.Join("; ", errors.Select(error => $"{error.Path}: {error.Kind}"));
    }

    /// <summary>What a reference means.</summary>
    public JsonNode? Resolve(JsonNode? node) => node is JsonObject && node["$ref"] is { } reference
        ? reference.GetValue<string>().Split('/').Skip(1).Aggregate((JsonNode?)_document, (at, name) => at?[name])
        : node;

    private static bool Fits(string template, string path)
    {
        var (wanted, found) = (template.Split('/'), path.Split('/'));
        return wanted.Length == found.Length && wanted.Zip(found).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
    }

    private static byte[] Read()
    {
        using var document = typeof(ApiContract).Assembly.GetManifestResourceStream("openapi.json") ?? throw new InvalidOperationException("This assembly has no openapi.json.");
        using var bytes = new MemoryStream();
        document.CopyTo(bytes);
        return bytes.ToArray();
    }

    // Without references, which the validator does not all resolve, and without room for other members.
    private JsonNode Closed(JsonNode schema)
    {
        switch (Resolve(schema)!)
        {
            case JsonObject found:
                var closed = new JsonObject(found.Where(member => member.Key != "example").Select(member => new KeyValuePair<string, JsonNode?>(member.Key, member.Value is null ? null : Closed(member.Value))));
                if (found["properties"] is JsonObject && found["type"]?.ToString() == "object")
                {
                    closed.TryAdd("additionalProperties", false);
                }

                return closed;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => item is null ? null : Closed(item))]);
            case var value:
                return value.DeepClone();
        }
    }
}
