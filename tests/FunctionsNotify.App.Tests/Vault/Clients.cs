using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>The wire as a host registers it: settings by their environment names, and the vault's identity and transport in the tests' hands.</summary>
internal static class Clients
{
    // Long where no test waits for it: other work on the machine must not look like a timeout.
    private const string Patience = "00:01:00";

    /// <summary>The settings of a vault's key.</summary>
    public static Dictionary<string, string?> OfVault(FakeVault vault, string version, string keyName = VaultSigners.KeyName) => new()
    {
        ["KeyVault__Uri"] = vault.Address.AbsoluteUri,
        ["KeyVault__KeyName"] = keyName,
        ["KeyVault__KeyVersion"] = version,
    };

    /// <summary>The services; the caller disposes them.</summary>
    public static ServiceProvider Build(IEnumerable<KeyValuePair<string, string?>> settings, TokenCredential? identity = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("AlipayPlus:RequestTimeout", Patience)])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .Build();
        var services = new ServiceCollection();
        if (identity is not null)
        {
            services.AddKeyedSingleton(KeyVaultOptions.Section, identity);
            services.AddKeyedSingleton(KeyVaultOptions.Section, FakeVault.Transport());
        }

        return services
            .AddAlipayPlus(configuration.GetSection(AlipayPlusOptions.SectionName))
            .AddKeyVaultSigner(configuration.GetSection(KeyVaultOptions.Section))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public static Task<AttemptResult> SendAsync(this ServiceProvider services, string body, CancellationToken cancellationToken = default) =>
        services.GetRequiredService<INotifyPushPaymentClient>().SendAsync(System.Text.Encoding.UTF8.GetBytes(body), cancellationToken);

    public static string Notification(string paymentId) =>
        $$"""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"{{paymentId}}","paymentRequestId":"r-1","paymentTime":"2020-01-01T12:01:01+08:30"}""";
}
