using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The workbook writes its parameters into a query before it runs it.</summary>
internal static partial class WorkbookParameters
{
    public static string Filled(string query) => Grain().Replace(query, "5m");

    [GeneratedRegex(@"\{TimeRange:grain\}")]
    private static partial Regex Grain();
}
