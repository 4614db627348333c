using System.Text.Json.Nodes;
using FunctionsNotify.Infra.Tests.Templates;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// Every alert's query over what the app really exported: each file holds the lines of one run under the development host,
// recorded by the scenario Telemetry_OfEachSituation_IsExportedAsTheAlertsReadIt.
[Collection(Compilation.Name)]
public sealed class RecordedRunTests(CompiledInfra infra)
{
    private const string Folder = "tests/FunctionsNotify.Infra.Tests/Monitoring/Recorded";

    private static readonly Dictionary<string, string?> _expected = new()
    {
        ["a-quiet-time"] = null,
        ["a-payment-was-refused"] = "ended-unacknowledged",
        ["our-key-is-refused"] = "cannot-send",
        ["a-message-breaks-a-rule"] = "needs-a-person",
    };

    public static TheoryData<string> Runs => [.. _expected.Keys];

    [Fact]
    public void Recordings_AreThoseOfTheSituations() => Assert.Equal(
        _expected.Keys.Order(StringComparer.Ordinal), Repository.List(Folder, "*.ndjson").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal));

    [BicepTheory]
    [MemberData(nameof(Runs))]
    public void Alerts_OverARecordedRun_RaiseItsOwnAndNoOther(string run)
    {
        var rules = AlertTests.Rules(infra);
        var rows = Kusto.Tables.Keys.ToDictionary(table => table, _ => new List<JsonObject>());
        foreach (var (table, row) in Repository.Read($"{Folder}/{run}.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ExportedRows.Of).OfType<(string, JsonObject)>())
        {
            rows[table].Add(row);
        }

        var now = rows.Values.SelectMany(table => table).Max(row => (long)row["TimeGenerated"]!) + 1000;
        var byTable = rows.ToDictionary(table => table.Key, table => (IReadOnlyList<JsonObject>)table.Value);
        var results = Kusto.Run(rules.ToDictionary(rule => rule.Name, rule => rule.Query), [.. rules.Select(rule => new KustoRun(rule.Name, now, byTable))]);

        Assert.Equal(
            _expected[run] is { } alert ? [alert] : [],
            rules.Zip(results).Where(pair => pair.Second.Count > 0).Select(pair => pair.First.Name));
    }
}
