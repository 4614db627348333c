using System.Numerics;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>
/// A schema of <c>schemas/</c>. They are draft 7, in the part of it that the validator checks
/// (<see cref="SchemaKeywordTests"/>): it knows neither <c>const</c> nor <c>if</c>, and what it does not know it ignores.
/// </summary>
internal sealed partial class Schema
{
    public const string NotificationFile = "notification.schema.json";
    public const string EnvelopeFile = "envelope.schema.json";
    public const string OutcomeFile = "outcome.schema.json";
    public const string QuarantineRecordFile = "quarantine-record.schema.json";

    private readonly JsonSchema _schema;

    private Schema(JsonSchema schema) => _schema = schema;

    public static string Root { get; } = typeof(Schema).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot")
        .Value ?? throw new InvalidOperationException("The build wrote no RepositoryRoot.");

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Path.Combine(Root, "schemas")).Select(path => Path.GetFileName(path)).Order();

    public static Schema Notification { get; } = Load(NotificationFile);

    public static Schema Envelope { get; } = Load(EnvelopeFile);

    public static Schema Outcome { get; } = Load(OutcomeFile);

    public static Schema QuarantineRecord { get; } = Load(QuarantineRecordFile);

    /// <summary>Where the published schema leaves members to later versions, these refuse any that it does not describe.</summary>
    public static Schema ClosedOutcome { get; } = Load(OutcomeFile, isClosed: true);

    /// <inheritdoc cref="ClosedOutcome"/>
    public static Schema ClosedQuarantineRecord { get; } = Load(QuarantineRecordFile, isClosed: true);

    public static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "schemas", file)))!;

    public static Schema Of(string json) => new(JsonSchema.FromJsonAsync(json).GetAwaiter().GetResult());

    public bool Accepts(string json) => _schema.Validate(Prepare(json)).Count == 0;

    /// <summary>Fails with the places where the JSON breaks the schema.</summary>
    public void AssertAccepts(string json)
    {
        var errors = _schema.Validate(Prepare(json));
        Assert.True(errors.Count == 0, $"{string.Join("; ", errors.Select(error => $"{error.Path}: {error.Kind}"))} in {json}");
    }

    private static Schema Load(string file, bool isClosed = false)
    {
        var schema = Read(file);
        if (isClosed)
        {
            Close(schema);
        }

        return new Schema(JsonSchema.FromJsonAsync(schema.ToJsonString(), Path.Combine(Root, "schemas", file)).GetAwaiter().GetResult());
    }

    // The validator counts a text's length in UTF-16 units where JSON Schema means code points, so each pair becomes one
    // unit; and it throws at a whole number that no long holds.
    private static JToken Prepare(string json)
    {
        using var reader = new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None };
        var root = JToken.ReadFrom(reader);
        foreach (var value in (root as JContainer)?.DescendantsAndSelf().OfType<JValue>() ?? [])
        {
            value.Value = value.Value switch
            {
                string text => SurrogatePair().Replace(text, "\uE000"),
                BigInteger number => (double)number,
                var other => other,
            };
        }

        return root;
    }

    [GeneratedRegex("[\uD800-\uDBFF][\uDC00-\uDFFF]")]
    private static partial Regex SurrogatePair();

    // A branch without a type only adds a rule to members that are described beside it.
    private static void Close(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject branch => branch.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            Close(child);
        }

        if (node is JsonObject shape && shape["properties"] is JsonObject && shape["type"]?.ToString() == "object")
        {
            shape.TryAdd("additionalProperties", false);
        }
    }
}
