namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class AlertTests
{
    private const string Folder = "infra/monitoring/alerts";

    public static TheoryData<string> Names => [.. AlertRule.Deployed.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Alert_Deployed_NotifiesOnceAndTellsItsEnd(string name)
    {
        var rule = AlertRule.Named(name);

        Assert.Equal("Microsoft.Insights/scheduledQueryRules", (string)rule.Resource["type"]!);
        Assert.Equal([BicepModule.Workspace], rule.Scopes);
        Assert.Equal([BicepModule.ActionGroup], rule.ActionGroups);
        Assert.True(rule.IsStateful, "Without state an outage would give one alert at each evaluation, and its end none.");
        Assert.InRange(rule.Severity, 0, 4);
        Assert.InRange(rule.Frequency, TimeSpan.FromMinutes(1), rule.Window);
        Assert.InRange(rule.Window, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Alert_Description_SaysWhatItMeansAndNamesItsRunbook(string name)
    {
        var rule = AlertRule.Named(name);
        var runbook = RepositoryFiles.Read(rule.Runbook);

        Assert.Equal($"docs/runbooks/{name}.md", rule.Runbook);
        Assert.EndsWith($". Runbook: {rule.Runbook}", rule.Description, StringComparison.Ordinal);
        Assert.StartsWith($"# {name}\n", runbook, StringComparison.Ordinal);
        Assert.All(["## Meaning", "## First look", "## Remedy", "## Confirm"], part => Assert.Contains($"\n{part}\n", runbook, StringComparison.Ordinal));
        Assert.Contains($"({name}.md)", RepositoryFiles.Read("docs/runbooks/README.md"), StringComparison.Ordinal);
        Assert.Contains($"`{name}`", RepositoryFiles.Read("docs/monitoring.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Runbooks_InTheFolder_BelongToAnAlertEach() => Assert.Equal(
        AlertRule.Deployed.Select(rule => rule.Runbook).Append("docs/runbooks/README.md").Order(StringComparer.Ordinal),
        RepositoryFiles.List("docs/runbooks", "*.md"));

    [Fact]
    public void Queries_OfTheAlerts_AreTheFilesOfTheFolder()
    {
        var files = RepositoryFiles.List(Folder, "*.kql").Select(RepositoryFiles.Read).ToHashSet();

        Assert.All(AlertRule.Deployed, rule => Assert.Contains(rule.Query, files));
        Assert.All(files, file => Assert.Contains(AlertRule.Deployed, rule => rule.Query == file));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_OfAnAlert_GivesTheColumnsThatTheRuleReads(string name)
    {
        var rule = AlertRule.Named(name);
        var columns = KustoAnalysis.OfAllQueries.Single(query => RepositoryQueries.All[query.Key] == rule.Query).Value.Columns;

        Assert.Contains(columns[rule.MeasuredColumn], (string[])["real", "long"]);
        Assert.All(rule.SplitBy, column => Assert.Equal("string", columns[column]));
    }

    [Fact]
    public void Alerts_SplitByAColumn_HaveOneAlertForEachCauseAndNeverForEachPayment()
    {
        var split = AlertRule.Deployed.Where(rule => rule.SplitBy.Count > 0).ToDictionary(rule => rule.Name, rule => rule.SplitBy.Single());

        Assert.NotEmpty(split);
        Assert.All(split, rule => Assert.Contains(rule.Value, (string[])["Cause", "ResultCode", "Run", "Finding", "State", "Field"]));
        Assert.All(AlertRule.Deployed.Where(rule => rule.SplitBy.Count > 0), rule => Assert.Equal(["AppMetrics"], KqlStatement.Of(KqlTokens.Of(rule.Query))[^1].Tables));
    }

    [Fact]
    public void MissingRuns_Query_KnowsEveryTimerAndAllowsItsLongestPause()
    {
        var rule = AlertRule.Named("missing-runs");
        var tokens = KqlTokens.Of(rule.Query);
        var allowed = tokens.Zip(tokens.Skip(2))
            .Where(pair => pair.First.Kind is KqlTokenKind.Text && pair.Second.Kind is KqlTokenKind.Number)
            .ToDictionary(pair => pair.First.Value, pair => TimeSpan.FromMinutes(int.Parse(pair.Second.Value, System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal(Timers.OfTheApp.Keys.Order(StringComparer.Ordinal), allowed.Keys.Order(StringComparer.Ordinal));
        Assert.All(allowed, run => Assert.InRange(run.Value, Timers.OfTheApp[run.Key] + TimeSpan.FromMinutes(10), Timers.OfTheApp[run.Key] + TimeSpan.FromHours(1)));
        Assert.True(rule.Window > allowed.Values.Max(), "The window must hold the longest pause, or the last run is never seen.");
    }

    [Fact]
    public void StuckDeliveries_Query_NamesEveryAlertOfTheSweeper()
    {
        var named = KqlTokens.Of(AlertRule.Named("stuck-deliveries").Query).Where(token => token.Kind is KqlTokenKind.Text).Select(token => token.Value);

        Assert.Empty(Enum.GetNames<App.SweepAction>().Where(action => action.StartsWith("Alert", StringComparison.Ordinal)).Except(named));
    }

    [Fact]
    public void OverdueDeliveries_Threshold_IsLaterThanTheSweepersHelp() => Assert.True(
        AlertRule.Named("overdue-deliveries").Threshold > App.SweepRules.OverdueAfter.TotalSeconds + Timers.OfTheApp["sweep"].TotalSeconds,
        "Before that the sweeper mends it by itself.");
}
