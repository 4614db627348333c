using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Bicep;

[Collection(SharedCompilation.Name)]
public sealed class BicepTests(CompiledInfra infra)
{
    // Type errors are only warnings to the command line, with exit code 0: so none of any level.
    [BicepFact]
    public void Main_LintAndBuild_HaveNoDiagnosticOfAnyLevel()
    {
        var results = JsonNode.Parse(infra.Build.Error)!["runs"]!.AsArray().SelectMany(run => run!["results"]!.AsArray());

        Assert.Empty(results.Select(result => $"{result!["level"]} {result["ruleId"]}: {result["message"]!["text"]}"));
        Assert.Equal(0, infra.Build.ExitCode);
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Parameters_OfEachVariant_HaveNoDiagnostic(string variant)
    {
        Assert.Equal((0, ""), (infra.Run(variant).ExitCode, infra.Run(variant).Error.Trim()));
        Assert.Empty(infra.Expanded(variant).Snapshot["diagnostics"]!.AsArray());
    }

    [BicepFact]
    public void Sources_AreFormatted() => Assert.Empty(infra.Unformatted);

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Snapshot_OfEachVariant_IsTheCommittedOne(string variant)
    {
        var committed = RepositoryFiles.Read(CompiledInfra.SnapshotFile(variant)).Split('\n');
        var fresh = infra.Snapshot(variant).Split('\n');
        var first = Enumerable.Range(0, Math.Max(committed.Length, fresh.Length))
            .FirstOrDefault(line => committed.ElementAtOrDefault(line) != fresh.ElementAtOrDefault(line), -1);

        Assert.True(
            first < 0,
            $"""
            {CompiledInfra.SnapshotFile(variant)} differs from what the templates give, first in line {first + 1}:
            committed: {committed.ElementAtOrDefault(first)?.Trim()}
            now:       {fresh.ElementAtOrDefault(first)?.Trim()}
            If the change is meant: NOTIFY_UPDATE_SNAPSHOTS=1 dotnet test tests/FunctionsNotify.Infra.Tests, and look at the difference.
            """);
    }

    [Fact]
    public void Variants_AreAllParameterFiles() => Assert.Equal(
        Variant.Names.Select(name => $"infra/main.{name}.bicepparam").Order(StringComparer.Ordinal),
        RepositoryFiles.List("infra", "*.bicepparam"));
}
