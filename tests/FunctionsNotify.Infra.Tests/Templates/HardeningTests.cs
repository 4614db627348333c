using System.Globalization;
using System.Text.Json.Nodes;
using FunctionsNotify.App;

namespace FunctionsNotify.Infra.Tests.Templates;

// What is closed, what is locked, what scales, and what each switch turns on.
[Collection(Compilation.Name)]
public sealed class HardeningTests(CompiledInfra infra)
{
    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string Vault = "Microsoft.KeyVault/vaults";

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Everything_TakesIdentitiesAndHttpsOnly(string variant)
    {
        var expanded = infra.Expanded(variant);
        var storage = expanded.Properties(Storage);
        var app = expanded.App["properties"]!;

        Assert.Equal((false, false, true, "TLS1_2"), ((bool)storage["allowBlobPublicAccess"]!, (bool)storage["allowSharedKeyAccess"]!, (bool)storage["supportsHttpsTrafficOnly"]!, (string)storage["minimumTlsVersion"]!));
        Assert.Equal((true, "1.2", "1.2", "Disabled"), ((bool)app["httpsOnly"]!, (string)app["siteConfig"]!["minTlsVersion"]!, (string)app["siteConfig"]!["scmMinTlsVersion"]!, (string)app["siteConfig"]!["ftpsState"]!));
        Assert.Equal(
            ["ftp False", "scm False"],
            expanded.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Select(policy => $"{((string)policy["name"]!).Split('/')[^1]} {policy["properties"]!["allow"]!.GetValue<bool>()}").Order(StringComparer.Ordinal));
        Assert.Equal("UserAssigned", (string?)expanded.App["identity"]!["type"]);
        Assert.True((bool)expanded.Properties("Microsoft.Insights/components")["DisableLocalAuth"]!);
        Assert.True((bool)expanded.Properties("Microsoft.OperationalInsights/workspaces")["features"]!["disableLocalAuth"]!);
        Assert.True((bool)expanded.Properties(Vault)["enableRbacAuthorization"]!);
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Keys_OnlySignAndHaveAnEnd(string variant)
    {
        var keys = infra.Expanded(variant).OfType("Microsoft.KeyVault/vaults/keys");

        Assert.Equal(variant == Variant.Everything ? 2 : 1, keys.Count);
        Assert.All(keys, key =>
        {
            var properties = key["properties"]!;
            Assert.Equal(["sign", "verify"], properties["keyOps"]!.AsArray().Select(operation => (string)operation!));
            Assert.Equal((2048, false), ((int)properties["keySize"]!, (bool)properties["attributes"]!["exportable"]!));
            Assert.Equal(variant == Variant.Everything ? "RSA-HSM" : "RSA", (string?)properties["kty"]);
            Assert.Equal("[dateTimeToEpoch(dateTimeAdd(utcNow(), 'P2Y'))]", (string?)properties["attributes"]!["exp"]);
            Assert.Null(properties["rotationPolicy"]);
        });
    }

    // In development `azd down` and `azd up` work again and again; in production nothing is deleted by mistake.
    [BicepTheory]
    [InlineData(Variant.Dev, false)]
    [InlineData(Variant.Prod, true)]
    [InlineData(Variant.Everything, true)]
    public void StorageAndVault_InProduction_AreLockedAndProtected(string variant, bool locked)
    {
        var locks = infra.Expanded(variant).OfType("Microsoft.Authorization/locks");

        Assert.Equal(locked ? 2 : 0, locks.Count);
        Assert.All(locks, found => Assert.Equal("CanNotDelete", (string?)found["properties"]!["level"]));
        Assert.Equal(locked ? true : null, (bool?)infra.Expanded(variant).Properties(Vault)["enablePurgeProtection"]);
    }

    [BicepTheory]
    [InlineData(Variant.Dev, "Enabled", "Allow", 0, false)]
    [InlineData(Variant.Prod, "Enabled", "Allow", 0, false)]
    [InlineData(Variant.Nat, "Enabled", "Allow", 0, true)]
    [InlineData(Variant.Private, "Disabled", "Deny", 4, false)]
    [InlineData(Variant.Everything, "Disabled", "Deny", 4, true)]
    public void Network_IsWhatIsAskedFor(string variant, string access, string action, int endpoints, bool fixedAddress)
    {
        var expanded = infra.Expanded(variant);

        Assert.All(
            (string[])[Storage, Vault],
            type => Assert.Equal((access, action), ((string)expanded.Properties(type)["publicNetworkAccess"]!, (string)expanded.Properties(type)["networkAcls"]!["defaultAction"]!)));
        Assert.Equal(endpoints, expanded.OfType("Microsoft.Network/privateEndpoints").Count);
        Assert.Equal(endpoints, expanded.OfType("Microsoft.Network/privateDnsZones").Count);
        var links = expanded.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks");
        Assert.Equal(endpoints, links.Count);
        // Else an account with endpoints in somebody else's network would have no name here.
        Assert.All(links, link => Assert.Equal("NxDomainRedirect", (string?)link["properties"]!["resolutionPolicy"]));
        Assert.Equal(fixedAddress ? 1 : 0, expanded.OfType("Microsoft.Network/natGateways").Count);
        Assert.Equal(fixedAddress, expanded.OfType("Microsoft.Network/virtualNetworks").Any(network => network["properties"]!["subnets"]![0]!["properties"]!["natGateway"] is JsonObject));
        Assert.Equal(endpoints > 0 || fixedAddress, expanded.App["properties"]!["virtualNetworkSubnetId"] is not null);
    }

    [BicepTheory]
    [InlineData(Variant.Dev, false)]
    [InlineData(Variant.Prod, true)]
    public void Operators_WithEntra_AreKnownBeforeTheAppAndWhatTellsNothingStaysOpen(string variant, bool entra)
    {
        var expanded = infra.Expanded(variant);

        Assert.Equal(entra ? "entra" : "keys", expanded.AppSettings["Operations__Authentication"]);
        var settings = expanded.OfType("Microsoft.Web/sites/config");
        Assert.Equal(entra ? 1 : 0, settings.Count);
        Assert.All(settings, config =>
        {
            Assert.True((bool)config["properties"]!["platform"]!["enabled"]!);
            var validation = config["properties"]!["globalValidation"]!;
            Assert.Equal((true, "Return401"), ((bool)validation["requireAuthentication"]!, (string)validation["unauthenticatedClientAction"]!));
            Assert.Equal(["/api/health", "/api/health/*", "/api/ui", "/api/ui/*"], validation["excludedPaths"]!.AsArray().Select(path => (string)path!));
        });
    }

    [BicepTheory]
    [InlineData(Variant.Prod, "Allow", "")]
    [InlineData(Variant.Everything, "Deny", "ApplicationInsightsAvailability 203.0.113.0/24 198.51.100.7/32")]
    public void OperatorCidrs_Set_LetInThemAndTheAvailabilityTest(string variant, string otherwise, string allowed)
    {
        var config = infra.Expanded(variant).App["properties"]!["siteConfig"]!;

        Assert.Equal(otherwise, (string?)config["ipSecurityRestrictionsDefaultAction"]);
        Assert.Equal(allowed, string.Join(' ', config["ipSecurityRestrictions"]!.AsArray().Select(rule => (string)rule!["ipAddress"]!)));
        Assert.False((bool)config["scmIpSecurityRestrictionsUseMain"]!);
    }

    [BicepTheory]
    [InlineData(Variant.Dev, false, "")]
    [InlineData(Variant.Prod, true, "durable=2 function:Intake=2")]
    public void Scale_InProduction_IsAlwaysReadyOverAllZones(string variant, bool zones, string alwaysReady)
    {
        var expanded = infra.Expanded(variant);
        var app = expanded.App["properties"]!["functionAppConfig"]!;
        var built = typeof(TelemetryNames).Assembly.GetCustomAttributes(false).OfType<System.Runtime.Versioning.TargetFrameworkAttribute>().Single().FrameworkName;

        Assert.Equal(alwaysReady, string.Join(' ', app["scaleAndConcurrency"]!["alwaysReady"]!.AsArray().Select(group => string.Create(CultureInfo.InvariantCulture, $"{group!["name"]}={(int)group["instanceCount"]!}"))));
        Assert.Equal(zones, (bool)expanded.Properties("Microsoft.Web/serverfarms")["zoneRedundant"]!);
        Assert.Equal("FC1", (string?)expanded.Single("Microsoft.Web/serverfarms")["sku"]!["name"]);
        Assert.Equal("dotnet-isolated", (string?)app["runtime"]!["name"]);
        Assert.EndsWith($"=v{(string?)app["runtime"]!["version"]}", built, StringComparison.Ordinal);
        Assert.Contains("'app-package'", (string?)app["deployment"]!["storage"]!["value"], StringComparison.Ordinal);
        Assert.EndsWith("/app-package", (string?)expanded.Single("Microsoft.Storage/storageAccounts/blobServices/containers")["name"], StringComparison.Ordinal);
    }

    [BicepFact]
    public void Budget_Set_TellsTheNextDaysPeople()
    {
        Assert.Empty(infra.Expanded(Variant.Prod).OfType("Microsoft.Consumption/budgets"));
        var budget = infra.Expanded(Variant.Everything).Properties("Microsoft.Consumption/budgets");

        Assert.Equal((500, "2027-01-01"), ((int)budget["amount"]!, (string)budget["timePeriod"]!["startDate"]!));
        Assert.Equal(["Actual 80", "Forecasted 100"], budget["notifications"]!.AsObject().Select(notice => $"{notice.Value!["thresholdType"]} {notice.Value["threshold"]}").Order(StringComparer.Ordinal));
    }
}
