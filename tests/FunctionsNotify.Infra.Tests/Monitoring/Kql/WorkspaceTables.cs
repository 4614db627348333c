using System.Collections.Frozen;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>
/// The tables of Application Insights in a Log Analytics workspace, with the columns that a query of ours may use, as Azure
/// Monitor's table reference lists them. They are Azure's names, so this is the one place that types them.
/// </summary>
internal static class WorkspaceTables
{
    private const string Common = "TimeGenerated Type Properties OperationId OperationName ParentId AppRoleName AppRoleInstance ItemCount";

    private static readonly FrozenDictionary<string, FrozenSet<string>> Tables = new Dictionary<string, FrozenSet<string>>
    {
        ["AppMetrics"] = Columns("Name Sum Min Max"),
        ["AppDependencies"] = Columns("Id Name DependencyType Target Data DurationMs Success ResultCode"),
        ["AppRequests"] = Columns("Id Name Url DurationMs Success ResultCode"),
        ["AppTraces"] = Columns("Message SeverityLevel"),
        ["AppExceptions"] = Columns("OuterMessage OuterType InnermostMessage ExceptionType ProblemId SeverityLevel"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public const string Metrics = "AppMetrics";

    public static readonly FrozenSet<string> OfLines = FrozenSet.Create(StringComparer.Ordinal, "AppTraces", "AppExceptions");

    public static bool Has(string table) => Tables.ContainsKey(table);

    public static bool HasColumn(string table, string column) => Tables[table].Contains(column);

    private static FrozenSet<string> Columns(string own) => $"{Common} {own}".Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
