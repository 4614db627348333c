using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The queries in fenced <c>kusto</c> blocks of the documents, by file and number.</summary>
internal static partial class DocumentQueries
{
    public static IReadOnlyDictionary<string, string> All { get; } = RepositoryFiles.List("docs", "*.md")
        .SelectMany(path => Fence().Matches(RepositoryFiles.Read(path)).Select((match, at) => ($"{path}#{at + 1}", match.Groups["query"].Value)))
        .ToDictionary(query => query.Item1, query => query.Value);

    [GeneratedRegex(@"^```kusto\n(?<query>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
