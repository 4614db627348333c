using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(Compilation.Name)]
public sealed partial class TemplateTests(CompiledInfra infra)
{
    public static TheoryData<string> ParameterFiles => [.. Repository.List("infra", "*.bicepparam")];

    public static TheoryData<string> Committed => [.. Variant.Committed];

    // Type errors are only warnings to the command line, with exit code 0: so none of any level.
    [BicepFact]
    public void Main_LintAndBuild_HaveNoDiagnosticOfAnyLevel()
    {
        var results = JsonNode.Parse(infra.Build.Errors)!["runs"]!.AsArray().SelectMany(run => run!["results"]!.AsArray());

        Assert.Empty(results.Select(result => $"{result!["level"]} {result["ruleId"]}: {result["message"]!["text"]}"));
        Assert.Equal(0, infra.Build.ExitCode);
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Variant_Expanded_HasNoDiagnostic(string variant)
    {
        Assert.Equal((0, ""), (infra.Expansion(variant).ExitCode, infra.Expansion(variant).Errors.Trim()));
        Assert.Empty(infra.Expanded(variant).Snapshot["diagnostics"]!.AsArray());
    }

    // GitHub gives a variable that is not set as the empty text.
    [BicepTheory]
    [MemberData(nameof(ParameterFiles))]
    public void ParameterFile_VariablesUnsetEmptyOrSet_Builds(string file)
    {
        var environments = new[] { new Dictionary<string, string>(), CompiledInfra.Variables.ToDictionary(name => name, _ => ""), Variant.Environment(Variant.Everything) };
        Assert.All(environments, environment =>
        {
            var answer = infra.BuildParameters(file, environment);
            Assert.Equal((0, ""), (answer.ExitCode, answer.Errors.Trim()));
        });
    }

    [Fact]
    public void Variables_OfTheParameterFiles_AreAllTried() =>
        Assert.Equal(CompiledInfra.Variables, Variant.Environment(Variant.Everything).Keys.Order(StringComparer.Ordinal));

    // What azd sets by itself is not in the table.
    [Theory]
    [InlineData(Variant.Dev, "AZURE_ENV_NAME", "AZURE_PRINCIPAL_ID")]
    [InlineData(Variant.Prod)]
    public void Variables_OfAParameterFile_AreThoseOfTheTable(string variant, params string[] azd)
    {
        var rows = VariableTable().Match(Repository.Read("docs/deployment.md")).Groups["rows"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(row => variant == Variant.Prod || !row.Contains("(prod only)", StringComparison.Ordinal));

        Assert.Equal(
            rows.SelectMany(row => VariableName().Matches(row.Split('|')[1])).Select(match => match.Groups[1].Value).Concat(azd).Order(StringComparer.Ordinal),
            CompiledInfra.VariablesOf($"infra/main.{variant}.bicepparam").Order(StringComparer.Ordinal));
    }

    // A variable that is read and given to no parameter would be ignored too.
    [BicepFact]
    public void Variables_OfBothParameterFiles_SetTheSame()
    {
        string[] shared = ["operatorCidrs", "operationsClientId", "signingKeyName", "nextSigningKeyName", "privateNetwork", "outboundNat", "paymentsAccount"];
        IEnumerable<string> Of(string variant, IReadOnlyDictionary<string, string> environment)
        {
            var built = JsonNode.Parse(infra.BuildParameters($"infra/main.{variant}.bicepparam", environment).Output)!;
            var parameters = JsonNode.Parse((string)built["parametersJson"]!)!["parameters"]!;
            return shared.Select(name => $"{name}: {parameters[name]?["value"]?.ToJsonString()}");
        }

        Assert.All((IReadOnlyDictionary<string, string>[])[new Dictionary<string, string>(), Variant.Environment(Variant.Everything)],
            environment => Assert.Equal(Of(Variant.Prod, environment), Of(Variant.Dev, environment)));
    }

    [BicepFact]
    public void Sources_AreFormatted() => Assert.All(CompiledInfra.Sources, file => Assert.Equal(Repository.Read(file), infra.Formatted(file)));

    [BicepTheory]
    [MemberData(nameof(Committed))]
    public void Snapshot_OfEachParameterFile_IsTheCommittedOne(string variant)
    {
        var committed = Repository.Read(CompiledInfra.SnapshotFile(variant)).Split('\n');
        var fresh = infra.Snapshot(variant).Split('\n');
        var first = Enumerable.Range(0, Math.Max(committed.Length, fresh.Length)).FirstOrDefault(line => committed.ElementAtOrDefault(line) != fresh.ElementAtOrDefault(line), -1);

        Assert.True(
            first < 0,
            $"""
            {CompiledInfra.SnapshotFile(variant)} differs from what the templates give, first in line {first + 1}:
            committed: {committed.ElementAtOrDefault(first)?.Trim()}
            now:       {fresh.ElementAtOrDefault(first)?.Trim()}
            If the change is meant: NOTIFY_UPDATE_SNAPSHOTS=1 dotnet test tests/FunctionsNotify.Infra.Tests, and look at the difference.
            """);
    }

    [BicepFact]
    public void Parameters_AreDescribedAndBounded()
    {
        var parameters = infra.Template["parameters"]!.AsObject();

        Assert.NotEmpty(parameters);
        Assert.Empty(parameters.Where(parameter => parameter.Value!["metadata"]?["description"] is null || !IsBounded(parameter.Value!)).Select(parameter => parameter.Key));
    }

    [Theory]
    [InlineData("""{"type":"string"}""", false)]
    [InlineData("""{"type":"string","maxLength":3}""", true)]
    [InlineData("""{"type":"int","minValue":1}""", false)]
    [InlineData("""{"type":"array"}""", false)]
    public void IsBounded_WithoutABound_IsFalse(string parameter, bool expected) => Assert.Equal(expected, IsBounded(JsonNode.Parse(parameter)!));

    // The address of a pager may hold its key; it is the only parameter that does, and is not told again.
    [BicepFact]
    public void Parameters_ThatMayHoldASecret_AreTheWebhookAlone() => Assert.Equal(
        ["pageWebhook"], infra.Template["parameters"]!.AsObject().Where(parameter => ((string?)parameter.Value!["type"])?.StartsWith("secure", StringComparison.Ordinal) == true).Select(parameter => parameter.Key));

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Deployment_ParametersSettingsAndOutputs_HoldNoSecret(string variant)
    {
        Assert.DoesNotContain(Expanded.Texts(infra.Expanded(variant).Snapshot), found => Secret().IsMatch(found.Text));
        Assert.DoesNotContain("oncall.example.com/hook", infra.Snapshot(variant), StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_HoldNoSecret() => Assert.DoesNotContain(
        [.. CompiledInfra.Sources, .. Repository.List(".github/workflows", "*.yml"), "azure.yaml"], file => Secret().IsMatch(Repository.Read(file)));

    [Theory]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5")]
    [InlineData("https://a.blob.example.net/c?sv=2024-01-01&sig=abc")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'a'), '2025-06-01').keys[0].value]")]
    [InlineData("InstrumentationKey=0a1b2c3d-0000-0000-0000-000000000000")]
    [InlineData("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDPlantedPlanted0123456789")]
    public void Secret_APlantedOne_IsFound(string text) => Assert.Matches(Secret(), text);

    // Objects are bounded by their types.
    private static bool IsBounded(JsonNode parameter) => ((string?)parameter["type"])?.ToLowerInvariant() switch
    {
        "string" or "securestring" => parameter["allowedValues"] is not null || parameter["maxLength"] is not null,
        "int" => parameter["allowedValues"] is not null || (parameter["minValue"] is not null && parameter["maxValue"] is not null),
        "array" => parameter["maxLength"] is not null,
        _ => true,
    };

    [GeneratedRegex(@"^\| variable \|.*\n\|[-|]+\n(?<rows>(?:\|.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex VariableTable();

    [GeneratedRegex("`([A-Z_0-9]+)`")]
    private static partial Regex VariableName();

    [GeneratedRegex(
        """
        AccountKey\s*= | SharedAccess(Key|Signature) | [?&]sig= | -----BEGIN | \blist(Account)?(Keys|Sas|Secrets)\b | (password|client_?secret|api_?key)\s*[=:]\s*['"]?[^\s'"{]
        | InstrumentationKey=[0-9a-f]{8} | \b(?=[A-Za-z0-9+/]*[0-9+/])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+]{60,}={0,2}
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Secret();
}
