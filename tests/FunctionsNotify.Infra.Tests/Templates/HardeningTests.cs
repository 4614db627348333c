using FunctionsNotify.Infra.Tests.Bicep;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(SharedCompilation.Name)]
public sealed class HardeningTests(CompiledInfra infra)
{
    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Storage_IsClosedToKeysAndToThePublic(string variant)
    {
        var properties = infra.Expanded(variant).Single("Microsoft.Storage/storageAccounts")["properties"]!;

        Assert.False((bool)properties["allowBlobPublicAccess"]!);
        Assert.False((bool)properties["allowSharedKeyAccess"]!);
        Assert.True((bool)properties["supportsHttpsTrafficOnly"]!);
        Assert.Equal("TLS1_2", (string?)properties["minimumTlsVersion"]);
        Assert.All(
            infra.Expanded(variant).OfType("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", (string?)container["properties"]!["publicAccess"]));
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void App_TakesHttpsOnlyAndNoPublishingPasswords(string variant)
    {
        var expanded = infra.Expanded(variant);
        var properties = expanded.App["properties"]!;

        Assert.True((bool)properties["httpsOnly"]!);
        Assert.Equal(("1.2", "1.2"), ((string)properties["siteConfig"]!["minTlsVersion"]!, (string)properties["siteConfig"]!["scmMinTlsVersion"]!));
        Assert.Equal("Disabled", (string?)properties["siteConfig"]!["ftpsState"]);
        Assert.Equal(
            ["ftp False", "scm False"],
            expanded.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
                .Select(policy => $"{((string)policy["name"]!).Split('/')[^1]} {(bool)policy["properties"]!["allow"]!}").Order(StringComparer.Ordinal));
        Assert.Equal("UserAssigned", (string?)expanded.App["identity"]!["type"]);
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Vault_IsProtectedAndItsKeyOnlySigns(string variant)
    {
        var vault = infra.Expanded(variant).Single("Microsoft.KeyVault/vaults")["properties"]!;
        var key = infra.Expanded(variant).Single("Microsoft.KeyVault/vaults/keys")["properties"]!;

        Assert.True((bool)vault["enableRbacAuthorization"]!);
        Assert.True((bool)vault["enablePurgeProtection"]!);
        Assert.Equal(["sign", "verify"], key["keyOps"]!.AsArray().Select(operation => (string)operation!));
        Assert.Equal((2048, false), ((int)key["keySize"]!, (bool)key["attributes"]!["exportable"]!));
        Assert.Equal(variant == Variant.Private ? "RSA-HSM" : "RSA", (string?)key["kty"]);
        Assert.DoesNotContain(
            key["rotationPolicy"]!["lifetimeActions"]!.AsArray(), action => string.Equals((string?)action!["action"]!["type"], "rotate", StringComparison.OrdinalIgnoreCase));
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Telemetry_IsTakenFromIdentitiesOnly(string variant)
    {
        var expanded = infra.Expanded(variant);

        Assert.True((bool)expanded.Single("Microsoft.Insights/components")["properties"]!["DisableLocalAuth"]!);
        Assert.True((bool)expanded.Single("Microsoft.OperationalInsights/workspaces")["properties"]!["features"]!["disableLocalAuth"]!);
    }

    [BicepTheory]
    [InlineData(Variant.Dev, "Enabled", "Allow", 0)]
    [InlineData(Variant.Prod, "Enabled", "Allow", 0)]
    [InlineData(Variant.Private, "Disabled", "Deny", 4)]
    public void Network_IsPrivateWhereItIsAskedFor(string variant, string access, string action, int endpoints)
    {
        var expanded = infra.Expanded(variant);

        Assert.All(
            (string[])["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"],
            type => Assert.Equal(
                (access, action),
                ((string)expanded.Single(type)["properties"]!["publicNetworkAccess"]!, (string)expanded.Single(type)["properties"]!["networkAcls"]!["defaultAction"]!)));
        Assert.Equal(endpoints, expanded.OfType("Microsoft.Network/privateEndpoints").Count);
        Assert.Equal(endpoints, expanded.OfType("Microsoft.Network/privateDnsZones").Count);
        Assert.Equal(endpoints, expanded.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count);
        Assert.Equal(endpoints > 0, expanded.App["properties"]!["virtualNetworkSubnetId"] is not null);
    }

    [BicepTheory]
    [InlineData(Variant.Dev, false)]
    [InlineData(Variant.Prod, true)]
    [InlineData(Variant.Private, true)]
    public void Operators_WithEntra_AreKnownBeforeTheApp(string variant, bool entra)
    {
        var expanded = infra.Expanded(variant);

        Assert.Equal(entra ? "entra" : "keys", expanded.AppSettings["Operations__Authentication"]);
        var settings = expanded.OfType("Microsoft.Web/sites/config").Where(config => ((string)config["name"]!).EndsWith("/authsettingsV2", StringComparison.Ordinal)).ToList();
        Assert.Equal(entra ? 1 : 0, settings.Count);
        Assert.All(settings, config =>
        {
            Assert.True((bool)config["properties"]!["platform"]!["enabled"]!);
            Assert.True((bool)config["properties"]!["globalValidation"]!["requireAuthentication"]!);
            Assert.Equal("Return401", (string?)config["properties"]!["globalValidation"]!["unauthenticatedClientAction"]);
        });
    }
}
