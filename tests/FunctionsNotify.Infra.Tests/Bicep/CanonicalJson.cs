using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>A snapshot as text that is the same in every run: the command line writes outputs in any order.</summary>
internal static class CanonicalJson
{
    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string json)
    {
        var snapshot = JsonNode.Parse(json)!.AsObject();
        var sorted = Sorted(snapshot)!.AsObject();
        // Resources may come in the order in which they were expanded; their ids are unique.
        sorted["predictedResources"] = new JsonArray([.. sorted["predictedResources"]!.AsArray()
            .OrderBy(resource => (string?)resource!["id"], StringComparer.Ordinal)
            .Select(resource => resource!.DeepClone())]);
        return sorted.ToJsonString(_readable).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
