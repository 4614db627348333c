using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>What a variant would deploy, as a snapshot predicts it.</summary>
internal sealed class ExpandedTemplate(JsonObject snapshot)
{
    public JsonObject Snapshot { get; } = snapshot;

    public IReadOnlyList<JsonObject> Resources { get; } = [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];

    public IReadOnlyList<JsonObject> OfType(string type) => [.. Resources.Where(resource => (string?)resource["type"] == type)];

    public JsonObject Single(string type) => Assert.Single(OfType(type));

    public JsonObject App => Single("Microsoft.Web/sites");

    public IReadOnlyDictionary<string, string> AppSettings => App["properties"]!["siteConfig"]!["appSettings"]!.AsArray()
        .ToDictionary(setting => (string)setting!["name"]!, setting => (string)setting!["value"]!);

    /// <summary>Every text in it, with its path.</summary>
    public static IEnumerable<(string Path, string Text)> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [(value.GetPath(), text)],
        _ => [],
    };
}
