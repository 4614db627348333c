using System.Collections.Frozen;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>
/// The tables of Application Insights in a Log Analytics workspace, with the columns that a query of ours may use, as Azure
/// Monitor's table reference lists them. They are Azure's names, so this is the one place that types them.
/// </summary>
internal static class WorkspaceTables
{
    public const string Metrics = "AppMetrics";

    public static readonly FrozenSet<string> OfLines = FrozenSet.Create(StringComparer.Ordinal, "AppTraces", "AppExceptions");

    private const string Common = "TimeGenerated: datetime, Type: string, Properties: dynamic, OperationId: string, OperationName: string, "
        + "ParentId: string, AppRoleName: string, AppRoleInstance: string, ItemCount: int";

    private const string Span = "Id: string, Name: string, DurationMs: real, Success: bool, ResultCode: string";

    /// <summary>Columns and types of each table, as the query language writes a schema.</summary>
    public static readonly FrozenDictionary<string, string> Schemas = new Dictionary<string, string>
    {
        [Metrics] = $"({Common}, Name: string, Sum: real, Min: real, Max: real)",
        ["AppDependencies"] = $"({Common}, {Span}, DependencyType: string, Target: string, Data: string)",
        ["AppRequests"] = $"({Common}, {Span}, Url: string)",
        ["AppTraces"] = $"({Common}, Message: string, SeverityLevel: int)",
        ["AppExceptions"] = $"({Common}, OuterMessage: string, OuterType: string, InnermostMessage: string, ExceptionType: string, ProblemId: string, SeverityLevel: int)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FrozenSet<string>> _columns = Schemas.ToFrozenDictionary(
        table => table.Key,
        table => table.Value.Trim('(', ')').Split(", ").Select(column => column.Split(':')[0]).ToFrozenSet(StringComparer.Ordinal),
        StringComparer.Ordinal);

    public static bool Has(string table) => _columns.ContainsKey(table);

    public static bool HasColumn(string table, string column) => _columns[table].Contains(column);
}
