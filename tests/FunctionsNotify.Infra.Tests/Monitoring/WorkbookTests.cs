using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed partial class WorkbookTests
{
    [Fact]
    public void Page_Written_IsAWorkbookWithoutAQueryTypedIntoIt()
    {
        var items = WorkbookPage.Items(WorkbookPage.Written);

        Assert.Equal("Notebook/1.0", (string)WorkbookPage.Written["version"]!);
        Assert.Equal(items.Count, items.Select(item => (string)item["name"]!).Distinct().Count());
        Assert.All(WorkbookPage.Queries(WorkbookPage.Written), query => Assert.Matches("^[a-z0-9-]+[.]kql$", (string)query["query"]!));
    }

    [Fact]
    public void Queries_OfThePage_AreTheFilesOfTheFolder() => Assert.Equal(
        RepositoryFiles.List(WorkbookPage.Folder, "*.kql").Select(path => Path.GetFileName(path)!),
        WorkbookPage.Queries(WorkbookPage.Written).Select(query => (string)query["query"]!).Order(StringComparer.Ordinal));

    [Fact]
    public void Page_Deployed_HoldsTheTextOfEveryQueryAndRunsItInTheWorkspace()
    {
        var deployed = WorkbookPage.Queries(WorkbookPage.Deployed);

        Assert.Equal(
            WorkbookPage.Queries(WorkbookPage.Written).Select(query => Text((string)query["query"]!)),
            deployed.Select(query => (string)query["query"]!));
        Assert.All(deployed, query => Assert.Equal([BicepModule.Workspace], query["crossComponentResources"]!.AsArray().Select(id => (string)id!)));
        Assert.Equal([BicepModule.Workspace], WorkbookPage.Deployed["fallbackResourceIds"]!.AsArray().Select(id => (string)id!));
        Assert.DoesNotContain("{workspaceId}", WorkbookPage.Deployed.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Deployed_ChangesNothingBesideTheQueries()
    {
        var written = WorkbookPage.Written.DeepClone().AsObject();
        var deployed = WorkbookPage.Deployed.DeepClone().AsObject();
        deployed.Remove("fallbackResourceIds");
        foreach (var query in WorkbookPage.Queries(written).Concat(WorkbookPage.Queries(deployed)))
        {
            query.Remove("query");
            query.Remove("crossComponentResources");
        }

        Assert.True(JsonNode.DeepEquals(written, deployed));
    }

    [Fact]
    public void Workbook_Deployed_IsSharedAndListedUnderApplicationInsights()
    {
        Assert.Equal("shared", (string)WorkbookPage.Resource["kind"]!);
        Assert.Equal(BicepModule.ApplicationInsights, (string)WorkbookPage.Resource["properties"]!["sourceId"]!);
        Assert.Equal("workbook", (string)WorkbookPage.Resource["properties"]!["category"]!);
    }

    [Fact]
    public void Parameters_ThatAQueryOrItemUses_AreOnThePage()
    {
        var used = WorkbookPage.Queries(WorkbookPage.Deployed).SelectMany(query => ParameterUse().Matches((string)query["query"]!).Select(match => match.Groups["name"].Value))
            .Concat(WorkbookPage.Queries(WorkbookPage.Written).Select(query => (string?)query["timeContextFromParameter"]).OfType<string>())
            .Concat(WorkbookPage.Queries(WorkbookPage.Written).Select(query => (string?)query["exportParameterName"]).OfType<string>())
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(WorkbookPage.Parameters(WorkbookPage.Written).Order(StringComparer.Ordinal), used);
    }

    [Fact]
    public void Columns_ThatTheGridsFormatOrExport_AreMadeByTheirQueries()
    {
        var checkedColumns = 0;
        foreach (var query in WorkbookPage.Queries(WorkbookPage.Written))
        {
            var formatted = query["gridSettings"]?["formatters"]?.AsArray().Select(formatter => (string)formatter!["columnMatch"]!) ?? [];
            var made = KustoAnalysis.OfAllQueries[$"{WorkbookPage.Folder}/{(string)query["query"]!}"].Columns.Keys;
            foreach (var column in formatted.Append((string?)query["exportFieldName"]).OfType<string>())
            {
                Assert.Contains(column, made);
                checkedColumns++;
            }
        }

        Assert.True(checkedColumns > 1);
    }

    [Fact]
    public void Files_ThatTheTextsName_AreThere()
    {
        var named = FileName().Matches(WorkbookPage.Written.ToJsonString()).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(File.Exists(RepositoryFiles.PathOf(path)), path));
    }

    private static string Text(string file) =>
        RepositoryFiles.Read($"{WorkbookPage.Folder}/{file}").Replace("{workspaceId}", BicepModule.Workspace, StringComparison.Ordinal);

    [GeneratedRegex(@"\{(?<name>[A-Za-z]\w*)(?::\w+)?\}")]
    private static partial Regex ParameterUse();

    [GeneratedRegex(@"docs/[\w/-]+\.md")]
    private static partial Regex FileName();
}
