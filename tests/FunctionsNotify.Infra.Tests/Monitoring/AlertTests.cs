using System.Text.Json.Nodes;
using System.Xml;
using FunctionsNotify.Infra.Tests.Templates;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// An alert as it would be deployed.
internal sealed record AlertRule(string Name, JsonNode Properties)
{
    public int Severity => (int)Properties["severity"]!;

    public string Query => (string)Properties["criteria"]!["allOf"]!.AsArray().Single()!["query"]!;

    public TimeSpan Window => XmlConvert.ToTimeSpan((string)Properties["windowSize"]!);

    public TimeSpan Frequency => XmlConvert.ToTimeSpan((string)Properties["evaluationFrequency"]!);

    public string ActionGroup => (string)Assert.Single(Properties["actions"]!["actionGroups"]!.AsArray())!;
}

[Collection(Compilation.Name)]
public sealed class AlertTests(CompiledInfra infra)
{
    private static readonly string[] Pages = ["unreachable", "cannot-send", "stuck", "backlog-age", "unacknowledged-age"];

    internal static IReadOnlyList<AlertRule> Rules(CompiledInfra infra, string variant = Variant.Prod) =>
    [
        .. infra.Expanded(variant).OfType("Microsoft.Insights/scheduledQueryRules")
            .Select(rule => new AlertRule(((string)rule["name"]!)[(variant == Variant.Dev ? "fndev-" : "fnprod-").Length..], rule["properties"]!)),
    ];

    [BicepFact]
    public void Alerts_AreEightAndThoseThatPageAreCalledByAGroupOfTheirOwn()
    {
        var rules = Rules(infra);

        Assert.Equal(8, rules.Count);
        Assert.Equal(Pages.Order(StringComparer.Ordinal), rules.Where(rule => rule.Severity < 2).Select(rule => rule.Name).Order(StringComparer.Ordinal));
        Assert.All(rules, rule => Assert.Contains(rule.Severity < 2 ? "pageGroupId" : "ticketGroupId", rule.ActionGroup, StringComparison.Ordinal));
        Assert.Equal(2, infra.Expanded(Variant.Prod).OfType("Microsoft.Insights/actionGroups").Count);
    }

    [BicepFact]
    public void Alerts_NotifyOnceAndTellTheirEnd() => Assert.All(Rules(infra), rule =>
    {
        Assert.True((bool)rule.Properties["autoMitigate"]!);
        // Else a first deployment is refused: its workspace does not know the tables yet.
        Assert.True((bool)rule.Properties["skipQueryValidation"]!);
        Assert.True(rule.Frequency < rule.Window);
        var criterion = rule.Properties["criteria"]!["allOf"]![0]!;
        Assert.Equal(("Count", "GreaterThan", 0), ((string)criterion["timeAggregation"]!, (string)criterion["operator"]!, (int)criterion["threshold"]!));
    });

    [BicepTheory]
    [InlineData(Variant.Dev, false)]
    [InlineData(Variant.Prod, true)]
    public void AlertsEnabled_False_SilencesEveryAlertAndTheAvailabilityTest(string variant, bool enabled)
    {
        Assert.All(Rules(infra, variant), rule => Assert.Equal(enabled, (bool)rule.Properties["enabled"]!));
        var test = infra.Expanded(variant).Properties("Microsoft.Insights/webtests");
        Assert.Equal((enabled, "standard", 200), ((bool)test["Enabled"]!, (string)test["Kind"]!, (int)test["ValidationRules"]!["ExpectedHttpStatusCode"]!));
        Assert.Contains("/api/health/ready", (string)test["Request"]!["RequestUrl"]!, StringComparison.Ordinal);
    }

    [BicepFact]
    public void Alerts_EachHaveASectionInTheRunbooksAndAreNamedOnThePage()
    {
        var sections = Repository.Read("docs/runbooks.md").Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ToList();

        Assert.Equal(Rules(infra).Select(rule => rule.Name).Order(StringComparer.Ordinal), sections.Intersect(Rules(infra).Select(rule => rule.Name)).Order(StringComparer.Ordinal));
        Assert.All(Rules(infra), rule =>
        {
            Assert.EndsWith($"docs/runbooks.md#{rule.Name}", (string)rule.Properties["description"]!, StringComparison.Ordinal);
            Assert.Contains($"| `{rule.Name}` | {(rule.Severity < 2 ? "page" : "ticket")} |", Repository.Read("docs/monitoring.md"), StringComparison.Ordinal);
        });
    }

    [BicepFact]
    public void Queries_OfTheFolder_AreAllUsed() => Assert.All(
        Repository.List("infra/monitoring/alerts", "*.kql"), file => Assert.Contains(Rules(infra), rule => rule.Query.StartsWith(Repository.Read(file), StringComparison.Ordinal)));
}
