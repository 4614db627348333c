namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class QueryTests
{
    public static TheoryData<string> Places => [.. RepositoryQueries.All.Keys];

    [Fact]
    public void Queries_InTheRepository_AreFoundInAllPlaces()
    {
        Assert.True(RepositoryQueries.All.Keys.Count(place => place.StartsWith("infra/monitoring/alerts/", StringComparison.Ordinal)) > 20);
        Assert.True(RepositoryQueries.All.Keys.Count(place => place.StartsWith("infra/monitoring/workbook/", StringComparison.Ordinal)) > 15);
        Assert.True(RepositoryQueries.All.Keys.Count(place => place.StartsWith("docs/runbooks/", StringComparison.Ordinal)) > 20);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Query_Each_NamesOnlyWhatTheCodeEmitsAndTheWorkspaceHas(string place) =>
        Assert.Empty(KqlCheck.Faults(RepositoryQueries.All[place], TelemetryModel.OfTheCode));

    [Theory]
    [MemberData(nameof(Places))]
    public void Query_AnyNameInItChanged_IsFoundOut(string place)
    {
        var query = RepositoryQueries.All[place];
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
