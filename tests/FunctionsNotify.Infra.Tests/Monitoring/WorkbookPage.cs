using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The workbook: the page in the repository, in which a query is the name of its file, and the page as deployed.</summary>
internal static class WorkbookPage
{
    public const string Folder = "infra/monitoring/workbook";

    private const int ParametersItem = 9;
    private const int QueryItem = 3;

    public static JsonObject Written { get; } = JsonNode.Parse(RepositoryFiles.Read($"{Folder}/workbook.json"))!.AsObject();

    public static JsonObject Resource { get; } = BicepModule.Resources("infra/modules/workbook.bicep").Single();

    public static JsonObject Deployed { get; } = JsonNode.Parse((string)Resource["properties"]!["serializedData"]!)!.AsObject();

    public static IReadOnlyList<JsonObject> Items(JsonObject page) => [.. page["items"]!.AsArray().Select(item => item!.AsObject())];

    public static IReadOnlyList<JsonObject> Queries(JsonObject page) =>
        [.. Items(page).Where(item => (int)item["type"]! == QueryItem).Select(item => item["content"]!.AsObject())];

    public static IReadOnlyList<string> Parameters(JsonObject page) =>
    [
        .. Items(page).Where(item => (int)item["type"]! == ParametersItem)
            .SelectMany(item => item["content"]!["parameters"]!.AsArray())
            .Select(parameter => (string)parameter!["name"]!),
    ];
}
