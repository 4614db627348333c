using FunctionsNotify.Infra.Tests.Bicep;

namespace FunctionsNotify.Infra.Tests.Settings;

[Collection(SharedCompilation.Name)]
public sealed class AppSettingTests(CompiledInfra infra)
{
    // Settings that a deployment of this template never has, with the reason.
    private static readonly Dictionary<string, string> NeverDeployed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AlipayPlus__PrivateKey"] = "the key is in the vault",
        ["AlipayPlus__PrivateKeyPath"] = "the key is in the vault",
        ["AlipayPlus__PublicKeysPath"] = "the keys are settings",
        ["PoisonDrain__Interval"] = "the local host's; the function app has a timer",
        ["WEBSITE_AUTH_ENABLED"] = "the platform sets it",
    };

    // Connections are told by their own forms: an account or the queues' address, and the identity.
    private static readonly string[] Connections = ["AzureWebJobsStorage", "PaymentsStorage"];

    private static readonly IReadOnlyList<string> Asked = KnownSettings.OfTheCode();

    [Fact]
    public void Document_NamesEverySettingThatTheCodeAsksFor() => Assert.Empty(
        Asked.Where(name => !IsConnection(name)).Except(KnownSettings.OfTheDocument(), StringComparer.OrdinalIgnoreCase).Except(["WEBSITE_AUTH_ENABLED"]));

    [Fact]
    public void Document_NamesNoSettingThatTheCodeDoesNotAskFor() => Assert.Empty(
        KnownSettings.OfTheDocument().Where(name => !IsConnection(name) && !name.StartsWith("__", StringComparison.Ordinal))
            .Except(Asked, StringComparer.OrdinalIgnoreCase).Except(["PoisonDrain__Interval"]));

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Template_SetsOnlyWhatTheCodeAsksFor(string variant) => Assert.Empty(
        infra.Expanded(variant).AppSettings.Keys.Select(KnownSettings.Normal).Concat(Overrides()).Except(Asked, StringComparer.OrdinalIgnoreCase));

    [BicepFact]
    public void Template_CanSetEverythingThatTheCodeAsksFor()
    {
        string[] deployable =
        [
            .. infra.Expanded(Variant.Prod).AppSettings.Keys.Select(KnownSettings.Normal),
            .. Overrides(),
            // The parameter retryDelays.
            "Delivery__RetryDelays__0",
        ];

        Assert.Contains("retryDelays", infra.Template["parameters"]!.AsObject().Select(parameter => parameter.Key));
        Assert.Empty(Asked.Where(name => !IsConnection(name)).Except(deployable, StringComparer.OrdinalIgnoreCase).Except(NeverDeployed.Keys, StringComparer.OrdinalIgnoreCase));
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Template_HasNothingThatIsNeverDeployed(string variant) => Assert.Empty(
        infra.Expanded(variant).AppSettings.Keys.Concat(Overrides()).Intersect(NeverDeployed.Keys, StringComparer.OrdinalIgnoreCase));

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Connections_NameTheIdentityAndNoKey(string variant)
    {
        var settings = infra.Expanded(variant).AppSettings;

        Assert.Equal(
            ["AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential", "PaymentsStorage__clientId", "PaymentsStorage__credential", "PaymentsStorage__queueServiceUri"],
            settings.Keys.Where(IsConnection).Order(StringComparer.Ordinal));
        Assert.All(Connections, connection => Assert.Equal("managedidentity", settings[connection + "__credential"]));
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void SigningKey_HasItsExplicitVersionBesideAlipayPlusOwnNumber(string variant)
    {
        var settings = infra.Expanded(variant).AppSettings;

        Assert.Equal((Variant.KeyVersion, "2"), (settings["KeyVault__KeyVersion"], settings["AlipayPlus__KeyVersion"]));
    }

    private IEnumerable<string> Overrides() => infra.Template["definitions"]!.AsObject()
        .Single(definition => definition.Key.EndsWith("appSettingOverrides", StringComparison.Ordinal)).Value!["properties"]!.AsObject()
        .Select(property => property.Key);

    private static bool IsConnection(string name) => Connections.Any(connection => name == connection || name.StartsWith(connection + "__", StringComparison.OrdinalIgnoreCase));
}
