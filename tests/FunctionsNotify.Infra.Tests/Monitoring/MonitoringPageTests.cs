using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed partial class MonitoringPageTests
{
    private static readonly string[] Pages = ["docs/monitoring.md", "docs/runbooks.md", "docs/deployment.md"];

    [Fact]
    public void Names_InThePage_AreThoseOfTheCode() => Assert.Equal(
        TelemetryModel.Instruments.Concat(TelemetryModel.Spans).Concat(TelemetryModel.SpanAttributes).Distinct().Order(StringComparer.Ordinal),
        Name().Matches(Repository.Read(Pages[0])).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Links_InThePages_LeadToFilesAndSections() => Assert.All(
        Pages.SelectMany(page => Link().Matches(Repository.Read(page)).Select(match => (Page: page, Path: match.Groups["path"].Value, Section: match.Groups["section"].Value))),
        link =>
        {
            var target = link.Path.Length == 0 ? link.Page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, "docs", link.Path));
            Assert.True(Path.Exists(Repository.PathOf(target)), $"{link.Page}: {target}");
            Assert.True(link.Section.Length == 0 || Sections(target).Contains(link.Section), $"{link.Page}: {target}#{link.Section}");
        });

    private static IEnumerable<string> Sections(string file) => Repository.Read(file).Split('\n')
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnAnchor().Replace(line.TrimStart('#', ' ').ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex("`(?<name>notify(?:PushPayment|[.][a-z_.]+))`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[\w./-]*)(?:#(?<section>[\w-]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnAnchor();
}
