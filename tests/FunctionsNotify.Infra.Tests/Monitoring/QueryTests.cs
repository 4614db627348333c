namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class QueryTests
{
    /// <summary>Every query of the repository by where it stands: the files, and the queries in runbooks and pages.</summary>
    private static readonly Dictionary<string, string> Queries = RepositoryFiles.List("infra/monitoring", "*.kql")
        .ToDictionary(path => path, RepositoryFiles.Read)
        .Concat(DocumentQueries.All)
        .ToDictionary();

    public static TheoryData<string> Places => [.. Queries.Keys];

    [Fact]
    public void Queries_InTheRepository_AreFoundInAllPlaces()
    {
        Assert.True(Queries.Keys.Count(place => place.StartsWith("infra/monitoring/alerts/", StringComparison.Ordinal)) > 20);
        Assert.True(Queries.Keys.Count(place => place.StartsWith("infra/monitoring/workbook/", StringComparison.Ordinal)) > 15);
        Assert.True(Queries.Keys.Count(place => place.StartsWith("docs/runbooks/", StringComparison.Ordinal)) > 20);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Query_Each_NamesOnlyWhatTheCodeEmitsAndTheWorkspaceHas(string place) =>
        Assert.Empty(KqlCheck.Faults(Queries[place], TelemetryModel.OfTheCode));

    [Theory]
    [MemberData(nameof(Places))]
    public void Query_AnyNameInItChanged_IsFoundOut(string place)
    {
        var query = Queries[place];
        var changed = 0;
        foreach (var token in KqlMutation.Names(query))
        {
            var wrong = query.Insert(token.Start + token.Length, "x");
            Assert.True(KqlCheck.Faults(wrong, TelemetryModel.OfTheCode).Count > 0, $"{token.Value}x at position {token.Start} passes as right.");
            changed++;
        }

        Assert.True(changed > 1);
    }
}
