namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class KustoAnalysisTests
{
    public static TheoryData<string> Places => [.. RepositoryQueries.All.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public void Query_Each_IsUnderstoodByTheLanguagesOwnAnalyser(string place)
    {
        var analysis = KustoAnalysis.OfAllQueries[place];

        Assert.Empty(analysis.Faults);
        Assert.NotEmpty(analysis.Columns);
    }

    [Fact]
    public void Of_WrongQueries_NamesTheFaultOfEach()
    {
        var found = KustoAnalysis.Of(new Dictionary<string, string>
        {
            ["column"] = "AppMetrics | where Nam == 'x'",
            ["function"] = "AppMetrics | summarize summ(Sum)",
            ["table"] = "AppMetric | count",
            ["type"] = "AppMetrics | summarize Value = sum(Name)",
            ["syntax"] = "AppMetrics | | where Sum > 1",
            ["right"] = "AppMetrics | summarize Value = sum(Sum)",
        });

        Assert.Equal("right", Assert.Single(found, query => query.Value.Faults.Count == 0).Key);
        Assert.Equal("real", found["right"].Columns["Value"]);
    }
}
