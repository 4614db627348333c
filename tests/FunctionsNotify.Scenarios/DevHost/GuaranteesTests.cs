using System.Text.RegularExpressions;
using FunctionsNotify.DevHost;

namespace FunctionsNotify.Scenarios.DevHost;

/// <summary>The guarantees rest on tests that are there.</summary>
public sealed partial class GuaranteesTests
{
    [Fact]
    public void Guarantees_EveryTestNamed_IsThere()
    {
        var root = RepositoryRoot.Find();
        var tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        var named = TestName().Matches(File.ReadAllText(Path.Combine(root, "docs", "guarantees.md"))).Select(match => match.Groups[1].Value).ToList();
        Assert.True(named.Count > 40, $"only {named.Count} tests are named");
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    [GeneratedRegex(@"public (?:async )?(?:void|Task) (\w+_\w+_\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"`(\w+_\w+_\w+)`")]
    private static partial Regex TestName();
}
