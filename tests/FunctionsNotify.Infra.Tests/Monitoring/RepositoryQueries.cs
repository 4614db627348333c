namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>Every query of the repository by where it stands: the files, and the queries in runbooks and pages.</summary>
internal static class RepositoryQueries
{
    public static IReadOnlyDictionary<string, string> All { get; } = RepositoryFiles.List("infra/monitoring", "*.kql")
        .ToDictionary(path => path, RepositoryFiles.Read)
        .Concat(DocumentQueries.All)
        .ToDictionary();
}
