using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FunctionsNotify.Infra.Tests.Templates;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// The page as it lies in the repository, in which a query is the name of its file, and the page as it would be deployed.
[Collection(Compilation.Name)]
public sealed partial class WorkbookTests(CompiledInfra infra)
{
    private const string Folder = "infra/monitoring/workbook";
    private const int ParametersItem = 9;
    private const int QueryItem = 3;

    private static readonly JsonObject Written = JsonNode.Parse(Repository.Read($"{Folder}/workbook.json"))!.AsObject();

    private JsonObject Resource => infra.Expanded("workbook").Single("Microsoft.Insights/workbooks");

    private JsonObject Deployed => JsonNode.Parse((string)Resource["properties"]!["serializedData"]!)!.AsObject();

    [Fact]
    public void Queries_OfThePage_AreTheFilesOfTheFolder() => Assert.Equal(
        Repository.List(Folder, "*.kql").Select(path => Path.GetFileName(path)!),
        Queries(Written).Select(query => (string)query["query"]!).Order(StringComparer.Ordinal));

    [BicepFact]
    public void Page_Deployed_HoldsTheTextOfEveryQueryAndChangesNothingElse()
    {
        var (written, deployed) = (Written.DeepClone().AsObject(), Deployed);
        Assert.Equal(
            Queries(written).Select(query => Repository.Read($"{Folder}/{(string)query["query"]!}").Replace("{workspaceId}", CompiledInfra.Workspace, StringComparison.Ordinal)),
            Queries(deployed).Select(query => (string)query["query"]!));
        Assert.All(Queries(deployed), query => Assert.Equal([CompiledInfra.Workspace], query["crossComponentResources"]!.AsArray().Select(id => (string)id!)));
        Assert.DoesNotContain("{workspaceId}", deployed.ToJsonString(), StringComparison.Ordinal);

        deployed.Remove("fallbackResourceIds");
        foreach (var query in Queries(written).Concat(Queries(deployed)))
        {
            query.Remove("query");
            query.Remove("crossComponentResources");
        }

        Assert.True(JsonNode.DeepEquals(written, deployed));
        Assert.Equal(("shared", CompiledInfra.ApplicationInsights), ((string)Resource["kind"]!, (string)Resource["properties"]!["sourceId"]!));
    }

    [Fact]
    public void Parameters_ThatAQueryOrItemUses_AreOnThePage()
    {
        var used = Queries(Written).SelectMany(query => Parameter().Matches(Repository.Read($"{Folder}/{(string)query["query"]!}")).Select(match => match.Groups["name"].Value))
            .Concat(Queries(Written).SelectMany(query => new[] { (string?)query["timeContextFromParameter"], (string?)query["exportParameterName"] }).OfType<string>())
            .Except(["workspaceId"]).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            Items(Written).Where(item => (int)item["type"]! == ParametersItem).SelectMany(item => item["content"]!["parameters"]!.AsArray()).Select(parameter => (string)parameter!["name"]!).Order(StringComparer.Ordinal),
            used);
    }

    [Fact]
    public void Columns_ThatTheGridsFormatOrExport_AreMadeByTheirQueries()
    {
        var columns = Queries(Written).SelectMany(query => (query["gridSettings"]?["formatters"]?.AsArray().Select(formatter => (string?)formatter!["columnMatch"]) ?? [])
            .Append((string?)query["exportFieldName"]).OfType<string>().Select(column => (Query: (string)query["query"]!, Column: column))).ToList();

        Assert.True(columns.Count > 1);
        Assert.All(columns, made => Assert.Contains(made.Column, Kusto.Analysed[$"{Folder}/{made.Query}"].Columns.Keys));
    }

    [Fact]
    public void Files_ThatTheTextsName_AreThere() => Assert.All(
        FileName().Matches(Written.ToJsonString()).Select(match => match.Value), path => Assert.True(File.Exists(Repository.PathOf(path)), path));

    private static IReadOnlyList<JsonObject> Items(JsonObject page) => [.. page["items"]!.AsArray().Select(item => item!.AsObject())];

    private static IReadOnlyList<JsonObject> Queries(JsonObject page) => [.. Items(page).Where(item => (int)item["type"]! == QueryItem).Select(item => item["content"]!.AsObject())];

    [GeneratedRegex(@"\{(?<name>[A-Za-z]\w*)(?::\w+)?\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"docs/[\w/-]+\.md")]
    private static partial Regex FileName();
}
