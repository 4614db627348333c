using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed partial class MonitoringPageTests
{
    private static readonly string Page = RepositoryFiles.Read("docs/monitoring.md");

    public static TheoryData<string> Alerts => [.. AlertRule.Deployed.Select(rule => rule.Name)];

    [Fact]
    public void Names_InThePage_AreThoseOfTheCode()
    {
        var model = TelemetryModel.OfTheCode;
        var told = Name().Matches(Page).Select(match => match.Groups["name"].Value).ToHashSet();

        Assert.Equal(
            model.Instruments.Concat(model.Spans).Concat(model.SpanAttributes).Distinct().Order(StringComparer.Ordinal),
            told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Attributes_OfEachMetric_AreThoseThatTheCodeGivesIt()
    {
        var rows = MetricRow().Matches(Page);

        Assert.Equal(TelemetryModel.OfTheCode.Instruments.Count, rows.Count);
        Assert.All(rows, row => Assert.Equal(
            TelemetryModel.OfTheCode.Attributes.Where(attribute => TelemetryModel.OfTheCode.HasAttribute(row.Groups["metric"].Value, attribute)).Order(StringComparer.Ordinal),
            Quoted().Matches(row.Groups["attributes"].Value).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Row_OfAnAlert_TellsItsRuleAsItIsDeployed(string name)
    {
        var rule = AlertRule.Named(name);
        var cells = Page.Split('\n').Single(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)).Trim('|').Split('|').Select(cell => cell.Trim()).ToList();

        Assert.Equal(rule.Severity.ToString(CultureInfo.InvariantCulture), cells[1]);
        Assert.Equal(rule.Frequency, XmlConvert.ToTimeSpan(cells[2]));
        Assert.Equal(rule.Window, XmlConvert.ToTimeSpan(cells[3]));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{(rule.Operator == "LessThan" ? '<' : '>')} {rule.Threshold}"), cells[4]);
        Assert.Equal(string.Join(", ", rule.SplitBy), cells[6]);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Row_OfTheRunbooksIndex_HasTheAlertsSeverityAndMeaning(string name)
    {
        var rule = AlertRule.Named(name);
        var row = RepositoryFiles.Read("docs/runbooks/README.md").Split('\n').Single(line => line.Contains($"| [{name}]({name}.md) |", StringComparison.Ordinal));

        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"| {rule.Severity} "), row, StringComparison.Ordinal);
        Assert.EndsWith($"| {rule.Description[..rule.Description.LastIndexOf(". Runbook:", StringComparison.Ordinal)]} |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_InThePageAndTheRunbooks_LeadToFiles()
    {
        var links = RepositoryFiles.List("docs/runbooks", "*.md").Append("docs/monitoring.md")
            .SelectMany(path => Link().Matches(RepositoryFiles.Read(path)).Select(match => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(RepositoryFiles.PathOf(path))!, match.Groups["path"].Value))))
            .Distinct().ToList();

        Assert.True(links.Count > 20);
        Assert.All(links, path => Assert.True(File.Exists(path), path));
    }

    [GeneratedRegex("`(?<name>notify(?:PushPayment|[.][a-z_.]+))`")]
    private static partial Regex Name();

    [GeneratedRegex("^[|] `(?<metric>notify[.][a-z_.]+)` [|] (?:counter|gauge|histogram)[^|]*[|](?<attributes>[^|]*)[|]", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex("`(?<name>[a-z_]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\((?<path>[\w./-]+\.md)\)")]
    private static partial Regex Link();
}
