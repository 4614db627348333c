using System.Text.Json.Nodes;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>The validator ignores what it does not know: these keep our schemas to what it checks.</summary>
public sealed class SchemaKeywordTests
{
    private static readonly HashSet<string> _saysOnly = ["$schema", "title", "description", "definitions"];

    private static readonly HashSet<string> _branches = ["oneOf", "anyOf", "allOf"];

    /// <summary>A keyword, a schema that uses it, a value that it refuses.</summary>
    public static TheoryData<string, string, string> Checked => new()
    {
        { "$ref", """{"definitions":{"a":{"type":"string"}},"$ref":"#/definitions/a"}""", "1" },
        { "type", """{"type":["string","null"]}""", "1" },
        { "enum", """{"type":"string","enum":["S"]}""", "\"s\"" },
        { "enum", """{"type":"number","enum":[1]}""", "\"1\"" },
        { "enum", """{"type":"number","enum":[1]}""", "2" },
        { "pattern", """{"type":"string","pattern":"^a(?![\\s\\S])"}""", "\"a\\n\"" },
        { "minLength", """{"type":["string","null"],"minLength":1}""", "\"\"" },
        { "maxLength", """{"type":"string","maxLength":2}""", "\"aaa\"" },
        { "minimum", """{"type":"integer","minimum":1}""", "0" },
        { "maximum", """{"type":"integer","maximum":1}""", "2" },
        { "minItems", """{"type":"array","minItems":1}""", "[]" },
        { "maxItems", """{"type":"array","maxItems":1}""", "[1,2]" },
        { "items", """{"type":["array","string"],"items":{"type":"string"}}""", "[\"a\",1]" },
        { "required", """{"type":"object","required":["a"]}""", "{\"b\":1}" },
        { "properties", """{"type":"object","properties":{"a":{"type":"string"}}}""", "{\"a\":1}" },
        { "additionalProperties", """{"type":["string","object"],"additionalProperties":{"type":"string"}}""", "{\"a\":1}" },
        { "oneOf", """{"oneOf":[{"type":"string"},{"type":"null"}]}""", "1" },
        { "anyOf", """{"anyOf":[{"type":"string"},{"type":"null"}]}""", "1" },
        { "allOf", """{"allOf":[{"type":"string"},{"enum":["a"]}]}""", "\"b\"" },
        { "not", """{"type":"string","not":{"pattern":"[\\u0000-\\u001f]"}}""", "\"\\u0001\"" },
    };

    public static TheoryData<string> Files => [.. Schema.Files];

    [Theory]
    [MemberData(nameof(Checked))]
    public void Accepts_KeywordBroken_IsFalse(string keyword, string schema, string broken)
    {
        Assert.Contains($"\"{keyword}\"", schema, StringComparison.Ordinal);
        Assert.False(Schema.Of(schema).Accepts(broken));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Schema_Keywords_AreOnesThatTheValidatorChecks(string file)
    {
        var schema = Schema.Read(file);
        Assert.Equal("http://json-schema.org/draft-07/schema#", (string?)schema["$schema"]);
        var known = Checked.Select(row => (string)((object?[])row)[0]!).Concat(_saysOnly).ToHashSet();
        Assert.All(Subschemas(schema), subschema => Assert.All(subschema, keyword => Assert.Contains(keyword.Key, known)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Schema_Members_AreDescribed(string file)
    {
        var schema = Schema.Read(file);
        Assert.False(string.IsNullOrEmpty((string?)schema["description"]));
        var members = Subschemas(schema)
            .Where(subschema => subschema.ContainsKey("title") || subschema["type"]?.ToString() == "object")
            .SelectMany(subschema => subschema["properties"] as JsonObject ?? [])
            .ToList();
        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.True(member.Value!["description"] is not null || member.Value["$ref"] is not null, member.Key));
    }

    // A reference hides what stands beside it.
    [Theory]
    [MemberData(nameof(Files))]
    public void Schema_References_StandAlone(string file) =>
        Assert.All(Subschemas(Schema.Read(file)).Where(subschema => subschema.ContainsKey("$ref")), subschema => Assert.Single(subschema));

    private static IEnumerable<JsonObject> Subschemas(JsonNode? node)
    {
        if (node is not JsonObject schema)
        {
            yield break;
        }

        yield return schema;
        foreach (var (keyword, value) in schema)
        {
            var inner = keyword switch
            {
                "properties" or "definitions" => value!.AsObject().Select(member => member.Value),
                "not" or "items" or "additionalProperties" => [value],
                _ when _branches.Contains(keyword) => value!.AsArray(),
                _ => [],
            };
            foreach (var subschema in inner.SelectMany(Subschemas))
            {
                yield return subschema;
            }
        }
    }
}
