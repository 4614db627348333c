using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Vault;

public sealed class KeyVaultOptionsTests
{
    private const string Version = "9885aa558e8d448789683188f8c194b0";
    private const string ClientId = "0f3c1d52-9c1b-4a2e-8a52-6a0f5e2f7d11";

    private static Dictionary<string, string?> Gateway => new()
    {
        ["AlipayPlus__BaseUrl"] = "https://open-sea-global.alipayplus.com",
        ["AlipayPlus__ClientId"] = "SANDBOX_TEST0001",
        ["AlipayPlus__KeyVersion"] = "3",
        ["AlipayPlus__PublicKeys__1"] = Vectors.PublicKeyPem,
    };

    private static Dictionary<string, string?> Sound => new(Gateway)
    {
        ["KeyVault__Uri"] = "https://name.vault.azure.net",
        ["KeyVault__KeyName"] = "notify-signing",
        ["KeyVault__KeyVersion"] = Version,
    };

    [Fact]
    public void Start_VaultAndNoPrivateKey_IsSoundAndTheVaultSigns()
    {
        Assert.Empty(Problems(Sound));
        using var services = Clients.Build(Sound);
        Assert.IsType<KeyVaultRequestSigner>(services.GetRequiredService<IRequestSigner>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_NoVaultSetting_SignsWithThePrivateKey(bool empty)
    {
        var settings = new Dictionary<string, string?>(Gateway) { ["AlipayPlus__PrivateKey"] = Vectors.PrivateKeyPem };
        if (empty)
        {
            settings["KeyVault__Uri"] = "";
            settings["KeyVault__KeyName"] = " ";
        }

        Assert.Empty(Problems(settings));
        using var services = Clients.Build(settings);
        Assert.IsType<PemRequestSigner>(services.GetRequiredService<IRequestSigner>());
    }

    [Fact]
    public void Start_NeitherVaultNorPrivateKey_MissesThePrivateKey() =>
        Assert.StartsWith("AlipayPlus__PrivateKey: is missing", Assert.Single(Problems(Gateway)), StringComparison.Ordinal);

    [Theory]
    [InlineData("AlipayPlus__PrivateKey")]
    [InlineData("AlipayPlus__PrivateKeyPath")]
    public void Start_VaultAndPrivateKey_NamesBothAndNoKey(string setting)
    {
        var problem = Assert.Single(Problems(new(Sound) { [setting] = Vectors.PrivateKeyPem }));
        Assert.Equal($"{setting}: must not be set beside KeyVault__Uri, which names the key that signs; remove one of them", problem);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AddKeyVaultSigner_BeforeOrAfterAddAlipayPlus_TakesTheVaultsSigner(bool before)
    {
        var configuration = Configuration(Sound);
        var services = new ServiceCollection();
        void Wire() => services.AddAlipayPlus(configuration.GetSection(AlipayPlusOptions.SectionName));
        void Vault() => services.AddKeyVaultSigner(configuration.GetSection(KeyVaultOptions.Section));
        foreach (var step in before ? new Action[] { Vault, Wire } : [Wire, Vault])
        {
            step();
        }

        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        Assert.IsType<KeyVaultRequestSigner>(Assert.Single(provider.GetServices<IRequestSigner>()));
    }

    [Theory]
    [InlineData("KeyVault__Uri")]
    [InlineData("KeyVault__KeyName")]
    [InlineData("KeyVault__KeyVersion")]
    public void Start_HalfSet_NamesTheMissingSettingOnly(string missing)
    {
        var settings = Sound;
        settings.Remove(missing);
        Assert.StartsWith($"{missing}: is missing; it is ", Assert.Single(Problems(settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_MisspeltSetting_IsNamedWithTheRightNames()
    {
        var problems = Problems(new(Gateway) { ["KeyVault__Url"] = "https://name.vault.azure.net" });
        Assert.Contains("KeyVault__Url: is no setting; the settings are Uri, KeyName, KeyVersion, Credential, ClientId", problems);
        Assert.Equal(
            ["KeyVault__KeyName", "KeyVault__KeyVersion", "KeyVault__Uri", "KeyVault__Url"],
            problems.Select(problem => problem.Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Start_EverythingWrong_NamesEachSettingInOneLineAndNoValue()
    {
        var problems = Problems(new(Gateway)
        {
            ["KeyVault__Uri"] = "http://secret.vault.azure.net",
            ["KeyVault__KeyName"] = "secret/name",
            ["KeyVault__KeyVersion"] = "secret",
            ["KeyVault__Credential"] = "secret",
            ["KeyVault__ClientId"] = "secret",
        });
        Assert.Equal(
            ["KeyVault__Uri", "KeyVault__KeyName", "KeyVault__KeyVersion", "KeyVault__Credential", "KeyVault__ClientId"],
            problems.Select(problem => problem.Split(':')[0]));
        Assert.All(problems, problem =>
        {
            Assert.DoesNotContain('\n', problem);
            Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("https://name.vault.azure.net", "https://vault.azure.net/.default")]
    [InlineData("https://Name.Vault.Azure.Net/", "https://vault.azure.net/.default")]
    [InlineData("https://name.vault.azure.net:443", "https://vault.azure.net/.default")]
    [InlineData("https://name.vault.azure.cn", "https://vault.azure.cn/.default")]
    [InlineData("https://name.vault.usgovcloudapi.net", "https://vault.usgovcloudapi.net/.default")]
    [InlineData("https://name.managedhsm.azure.net", "https://managedhsm.azure.net/.default")]
    [InlineData("https://127.0.0.1:8443", "https://vault.azure.net/.default")]
    public void Uri_OfAVault_GivesItsCloudsScope(string address, string scope)
    {
        Assert.Empty(Problems(new(Sound) { ["KeyVault__Uri"] = address }));
        Assert.Equal(scope, VaultAddress.Scope(new Uri(address)));
    }

    [Theory]
    [InlineData("name.vault.azure.net")]
    [InlineData("http://name.vault.azure.net")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://name.vault.azure.net/keys/notify-signing/9885aa558e8d448789683188f8c194b0")]
    [InlineData("https://name.vault.azure.net?x=1")]
    [InlineData("https://name.vault.azure.net/#x")]
    [InlineData("https://user:word@name.vault.azure.net")]
    [InlineData("https://vault.azure.net")]
    [InlineData("https://name.privatelink.vaultcore.azure.net")]
    [InlineData("https://name.vaults.azure.net")]
    [InlineData("https://example.com")]
    public void Uri_OfNoVault_IsRefused(string address) =>
        Assert.StartsWith("KeyVault__Uri: must be a vault's https address", Assert.Single(Problems(new(Sound) { ["KeyVault__Uri"] = address })), StringComparison.Ordinal);

    [Theory]
    [InlineData("9885aa558e8d448789683188f8c194b")]
    [InlineData("9885aa558e8d448789683188f8c194b00")]
    [InlineData("9885aa558e8d448789683188f8c194bg")]
    [InlineData("3")]
    [InlineData("latest")]
    public void KeyVersion_NotOneOfTheVaults_IsRefused(string version) =>
        Assert.StartsWith("KeyVault__KeyVersion: must be ", Assert.Single(Problems(new(Sound) { ["KeyVault__KeyVersion"] = version })), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, typeof(DefaultAzureCredential))]
    [InlineData(null, ClientId, typeof(DefaultAzureCredential))]
    [InlineData("managedidentity", null, typeof(ManagedIdentityCredential))]
    [InlineData("ManagedIdentity", ClientId, typeof(ManagedIdentityCredential))]
    [InlineData("workloadidentity", ClientId, typeof(WorkloadIdentityCredential))]
    public void Credential_NamedOrNot_IsTheIdentityOfThatKind(string? credential, string? clientId, Type expected)
    {
        Dictionary<string, string?> settings = new(Sound) { ["KeyVault__Credential"] = credential, ["KeyVault__ClientId"] = clientId };
        Assert.Empty(Problems(settings));
        using var services = Clients.Build(settings);
        Assert.IsType(expected, services.GetRequiredKeyedService<Azure.Core.TokenCredential>(KeyVaultOptions.Section));
    }

    private static IConfiguration Configuration(Dictionary<string, string?> settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
        .Build();

    private static List<string> Problems(Dictionary<string, string?> settings)
    {
        using var services = Clients.Build(settings);
        return Record.Exception(services.GetRequiredService<IStartupValidator>().Validate) switch
        {
            null => [],
            OptionsValidationException fault => [.. fault.Failures],
            AggregateException several => [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(fault => fault.Failures)],
            var other => throw other,
        };
    }
}
