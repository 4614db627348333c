using System.Globalization;
using FunctionsNotify.App;
using FunctionsNotify.Infra.Tests.Bicep;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(SharedCompilation.Name)]
public sealed class FunctionAppTests(CompiledInfra infra)
{
    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Runtime_IsTheOneThatTheAppIsBuiltFor(string variant)
    {
        var runtime = infra.Expanded(variant).App["properties"]!["functionAppConfig"]!["runtime"]!;
        var built = typeof(IntakeFunction).Assembly.GetCustomAttributes(false).OfType<System.Runtime.Versioning.TargetFrameworkAttribute>().Single().FrameworkName;

        Assert.Equal("dotnet-isolated", (string?)runtime["name"]);
        Assert.EndsWith($"=v{(string?)runtime["version"]}", built, StringComparison.Ordinal);
        Assert.Equal(("FC1", "FlexConsumption"), Plan(variant));
    }

    [BicepTheory]
    [InlineData(Variant.Prod)]
    [InlineData(Variant.Private)]
    public void AlwaysReady_InProduction_IsDurableAndTheIntake(string variant) => Assert.Equal(
        ["durable=1", $"function:{IntakeFunction.Name}=1"],
        infra.Expanded(variant).App["properties"]!["functionAppConfig"]!["scaleAndConcurrency"]!["alwaysReady"]!.AsArray()
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group!["name"]}={(int)group["instanceCount"]!}")));

    [BicepFact]
    public void AlwaysReady_InDevelopment_IsNothing() => Assert.Empty(
        infra.Expanded(Variant.Dev).App["properties"]!["functionAppConfig"]!["scaleAndConcurrency"]!["alwaysReady"]!.AsArray());

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Package_LiesInAContainerThatIsMade(string variant)
    {
        var expanded = infra.Expanded(variant);
        var container = ((string)expanded.Single("Microsoft.Storage/storageAccounts/blobServices/containers")["name"]!).Split('/')[^1];
        var storage = expanded.App["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!;

        Assert.Contains(container, (string)storage["value"]!, StringComparison.Ordinal);
        Assert.Equal("UserAssignedIdentity", (string?)storage["authentication"]!["type"]);
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Alerts_EachHaveARunbookFileAndTheActionGroup(string variant)
    {
        var alerts = infra.Expanded(variant).OfType("Microsoft.Insights/scheduledQueryRules");

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            var actions = alert["properties"]!["actions"]!;
            Assert.True(File.Exists(RepositoryFiles.PathOf((string)actions["customProperties"]!["runbook"]!)), (string)alert["name"]!);
            Assert.Contains("actionGroupId", (string)Assert.Single(actions["actionGroups"]!.AsArray())!, StringComparison.Ordinal);
        });
        Assert.Single(infra.Expanded(variant).OfType("Microsoft.Insights/actionGroups"));
        Assert.Single(infra.Expanded(variant).OfType("Microsoft.Insights/workbooks"));
    }

    private (string Name, string Tier) Plan(string variant)
    {
        var sku = infra.Expanded(variant).Single("Microsoft.Web/serverfarms")["sku"]!;
        return ((string)sku["name"]!, (string)sku["tier"]!);
    }
}
