using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// What the language's own analyser says of a query: its faults, the columns of its result, and the texts in it.
internal sealed record KustoAnalysis(IReadOnlyList<string> Faults, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Keys, IReadOnlyList<string> Values);

// A query over rows, looked at from a moment. Rows are by table; a time is in milliseconds since 1970.
internal sealed record KustoRun(string Query, long Now, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Rows);

internal static partial class Kusto
{
    private const string Common = "TimeGenerated: datetime, Type: string, Properties: dynamic, OperationId: string, OperationName: string, "
        + "ParentId: string, AppRoleName: string, AppRoleInstance: string, ItemCount: int";

    private const string Span = "Id: string, Name: string, DurationMs: real, Success: bool, ResultCode: string";

    private static readonly Lazy<IReadOnlyDictionary<string, KustoAnalysis>> _analysed = new(AnalyseAll);

    // The tables of Application Insights in a workspace, with the columns that a query of ours may use, as Azure Monitor's table
    // reference lists them. They are Azure's names, so this is the one place that types them.
    public static IReadOnlyDictionary<string, string> Tables { get; } = new Dictionary<string, string>
    {
        ["AppMetrics"] = $"({Common}, Name: string, Sum: real, Min: real, Max: real)",
        ["AppDependencies"] = $"({Common}, {Span}, DependencyType: string, Target: string, Data: string)",
        ["AppRequests"] = $"({Common}, {Span}, Url: string)",
        ["AppTraces"] = $"({Common}, Message: string, SeverityLevel: int)",
        ["AppExceptions"] = $"({Common}, OuterMessage: string, OuterType: string, InnermostMessage: string, ExceptionType: string, ProblemId: string, SeverityLevel: int)",
        ["AppAvailabilityResults"] = $"({Common}, Name: string, Location: string, Success: bool, Message: string, DurationMs: real)",
    };

    // Every query of the repository by where it stands: the files, and the queries in documents.
    public static IReadOnlyDictionary<string, string> All { get; } = Repository.List("infra/monitoring", "*.kql")
        .ToDictionary(path => path, Repository.Read)
        .Concat(Repository.List("docs", "*.md")
            .SelectMany(path => Fence().Matches(Repository.Read(path)).Select((match, at) => KeyValuePair.Create($"{path}#{at + 1}", match.Groups["query"].Value))))
        .ToDictionary();

    public static IReadOnlyDictionary<string, KustoAnalysis> Analysed => _analysed.Value;

    public static IReadOnlyDictionary<string, KustoAnalysis> Analyse(IReadOnlyDictionary<string, string> queries) => Ask(queries, []).Queries;

    // One result for each run, in their order.
    public static IReadOnlyList<IReadOnlyList<JsonObject>> Run(IReadOnlyDictionary<string, string> queries, IReadOnlyList<KustoRun> runs) => Ask(queries, runs).Results;

    private static Dictionary<string, KustoAnalysis> AnalyseAll() => Ask(All, []).Queries;

    private static Answer Ask(IReadOnlyDictionary<string, string> queries, IReadOnlyList<KustoRun> runs)
    {
        var folder = Repository.NodeTools("eng/kusto");
        // The workbook writes its parameters into a query before it runs it.
        var filled = queries.ToDictionary(query => query.Key, query => query.Value.Replace("{TimeRange:grain}", "5m", StringComparison.Ordinal));
        var input = JsonSerializer.Serialize(new { tables = Tables, queries = filled, runs }, JsonSerializerOptions.Web);
        return JsonSerializer.Deserialize<Answer>(Repository.Run("node", ["analyse.js"], folder, input).Result, JsonSerializerOptions.Web)!;
    }

    [GeneratedRegex(@"^ *```kusto\n(?<query>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    private sealed record Answer(Dictionary<string, KustoAnalysis> Queries, IReadOnlyList<IReadOnlyList<JsonObject>> Results);
}
