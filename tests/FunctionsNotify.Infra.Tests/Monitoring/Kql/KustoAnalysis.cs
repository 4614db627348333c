using System.Text.Json;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>What the language's own analyser found in a query: its faults, and the columns of its result with their types.</summary>
internal sealed record KustoAnalysis(IReadOnlyList<string> Faults, IReadOnlyDictionary<string, string> Columns)
{
    private const string Folder = "eng/kusto";

    private static readonly Lazy<IReadOnlyDictionary<string, KustoAnalysis>> _all = new(() => Of(RepositoryQueries.All));

    public static IReadOnlyDictionary<string, KustoAnalysis> OfAllQueries => _all.Value;

    public static IReadOnlyDictionary<string, KustoAnalysis> Of(IReadOnlyDictionary<string, string> queries)
    {
        Install();
        var input = JsonSerializer.Serialize(new
        {
            tables = WorkspaceTables.Schemas,
            queries = queries.ToDictionary(query => query.Key, query => WorkbookParameters.Filled(query.Value)),
        });
        var answer = CommandLineTool.Run("node", ["analyse.js"], RepositoryFiles.PathOf(Folder), input);
        return JsonSerializer.Deserialize<Dictionary<string, KustoAnalysis>>(answer.Result("node"), JsonSerializerOptions.Web)!;
    }

    // npm writes this file as its last step, so a broken-off installation has none.
    private static void Install()
    {
        var folder = RepositoryFiles.PathOf(Folder);
        if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            var answer = OperatingSystem.IsWindows()
                ? CommandLineTool.Run("cmd", ["/d", "/c", "npm ci --no-audit --no-fund"], folder)
                : CommandLineTool.Run("npm", ["ci", "--no-audit", "--no-fund"], folder);
            answer.Result("npm");
        }
    }
}
