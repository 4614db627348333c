using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class QueryTests
{
    // What is made in a query and compared in it again, what the workbook writes into it, and the host's category for what the app
    // writes to its standard error.
    private static readonly string[] MadeInQueries = ["notify.", "Alert", "now", "yesterday", "{paymentId}", "~0001", "Host.Function.Console"];

    public static TheoryData<string> Places => [.. Kusto.All.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public void Query_Each_IsUnderstoodByTheLanguagesOwnAnalyserAndNamesOnlyWhatTheCodeEmits(string place)
    {
        var analysis = Kusto.Analysed[place];

        Assert.Empty(analysis.Faults);
        Assert.NotEmpty(analysis.Columns);
        Assert.Empty(analysis.Keys.Except(TelemetryModel.Keys));
        Assert.Empty(analysis.Values.Except(TelemetryModel.Values).Except(MadeInQueries));
    }

    [Fact]
    public void Queries_InTheRepository_AreFoundInAllPlaces() => Assert.All(
        (string[])["infra/monitoring/alerts/", "infra/monitoring/workbook/", "docs/runbooks.md"],
        folder => Assert.Contains(Kusto.All.Keys, place => place.StartsWith(folder, StringComparison.Ordinal)));

    [Fact]
    public void Analyse_WrongQueries_NamesTheFaultOfEach()
    {
        var found = Kusto.Analyse(new Dictionary<string, string>
        {
            ["column"] = "AppMetrics | where Nam == 'x'",
            ["function"] = "AppMetrics | summarize summ(Sum)",
            ["table"] = "AppMetric | count",
            ["type"] = "AppMetrics | summarize Value = sum(Name)",
            ["syntax"] = "AppMetrics | | where Sum > 1",
            ["right"] = "AppMetrics | where Name in ('a', 'b') and tostring(Properties['c']) != 'd' | summarize Value = sum(Sum)",
        });

        Assert.Equal("right", Assert.Single(found, query => query.Value.Faults.Count == 0).Key);
        Assert.Equal("real", found["right"].Columns["Value"]);
        Assert.Equal(["c"], found["right"].Keys);
        Assert.Equal(["a", "b", "d"], found["right"].Values);
    }

    // What the evaluator does not know it refuses: a query must never pass by being misunderstood.
    [Theory]
    [InlineData("AppMetrics | take 1")]
    [InlineData("AppMetrics | where Name contains 'x'")]
    [InlineData("AppMetrics | summarize stdev(Sum)")]
    [InlineData("AppMetrics | extend A = toupper(Name)")]
    [InlineData("AppMetrics | join kind=inner AppRequests on OperationId")]
    [InlineData("AppMetrics | where not(Name == 'a')")]
    public void Run_WhatTheEvaluatorDoesNotKnow_IsRefused(string query) => Assert.Contains(
        "the evaluator does not know", Assert.Throws<InvalidOperationException>(() => Runs(query)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("AppMetrics | summarize Value = sum(Sum) by Kind = tostring(Properties['kind']) | where Value > 2 | project Kind, Value", """[{"Kind":"b","Value":6}]""")]
    [InlineData("AppMetrics | top 1 by Sum desc | project Sum, Name", """[{"Sum":4,"Name":"y"}]""")]
    [InlineData("AppMetrics | top 1 by Sum asc | project Sum", """[{"Sum":1}]""")]
    [InlineData("AppMetrics | summarize arg_max(TimeGenerated, Name, Sum) | project Name, Sum", """[{"Name":"y","Sum":4}]""")]
    [InlineData("AppMetrics | where TimeGenerated > ago(90s) | summarize Rows = count()", """[{"Rows":1}]""")]
    [InlineData("AppMetrics | where Name == 'nothing' | summarize Rows = count(), Most = max(Sum), All = sum(Sum)", """[{"Rows":0,"Most":null,"All":0}]""")]
    [InlineData("AppMetrics | where Name == 'nothing' | summarize Rows = count() by Name", "[]")]
    [InlineData("AppMetrics | summarize Rows = count() by Minute = bin(TimeGenerated, 1m) | summarize Minutes = count(), Most = max(Rows)", """[{"Minutes":2,"Most":2}]""")]
    [InlineData("let Few = AppMetrics | where Sum < 2; union Few, (AppMetrics | where Sum >= 4) | extend T = iff(Sum > 3, 'many', 'few') | project T", """[{"T":"few"},{"T":"many"}]""")]
    [InlineData("AppMetrics | where tostring(Properties['nothing']) == '' and Name startswith 'X' | project Text = strcat(Name, ':', tostring(Sum))", """[{"Text":"x:1"},{"Text":"x:2"}]""")]
    public void Run_WhatTheEvaluatorKnows_IsAsTheLanguageSaysIt(string query, string expected) =>
        Assert.Equal(expected, JsonSerializer.Serialize(Runs(query)));

    private static IReadOnlyList<JsonObject> Runs(string query)
    {
        var rows = JsonNode.Parse("""
            [{"TimeGenerated":470000,"Name":"x","Sum":1,"Properties":{"kind":"a"}},{"TimeGenerated":479000,"Name":"x","Sum":2,"Properties":{"kind":"b"}},
             {"TimeGenerated":590000,"Name":"y","Sum":4,"Properties":{"kind":"b"}}]
            """)!.AsArray().Select(row => row!.AsObject()).ToList();
        return Kusto.Run(new Dictionary<string, string> { ["q"] = query }, [new KustoRun("q", 600_000, new Dictionary<string, IReadOnlyList<JsonObject>> { ["AppMetrics"] = rows })]).Single();
    }
}
