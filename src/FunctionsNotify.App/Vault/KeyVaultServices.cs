using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Registers the signature by the vault. A wrong setting stops the start with one line for each.
internal static class KeyVaultServices
{
    // Lets the vault sign when the section holds a setting, and does nothing when it holds none. The vault's
    // TokenCredential and HttpPipelineTransport are keyed services of the key Section, so that no other client's
    // identity is ever taken for it.
    public static IServiceCollection AddKeyVaultSigner(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!KeyVaultOptions.IsUsed(section))
        {
            return services;
        }

        services.AddOptions<KeyVaultOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KeyVaultOptions>, KeyVaultOptionsValidator>());
        services.TryAddKeyedSingleton(KeyVaultOptions.Section, static (provider, _) => VaultCredential.Create(Options<KeyVaultOptions>(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKeyExpiry, KeyVaultKeyExpiry>(CreateExpiry));
        return services.AddRequestSigner(KeyVaultOptions.Name(nameof(KeyVaultOptions.Uri)), CreateSigner);
    }

    private static KeyVaultRequestSigner CreateSigner(IServiceProvider provider) =>
        new(CreatePipeline(provider), Options<KeyVaultOptions>(provider), Options<AlipayPlusOptions>(provider).KeyVersion!);

    private static KeyVaultKeyExpiry CreateExpiry(IServiceProvider provider) => new(CreatePipeline(provider), Options<KeyVaultOptions>(provider));

    private static HttpPipeline CreatePipeline(IServiceProvider provider) => VaultPipeline.Create(
        new Uri(Options<KeyVaultOptions>(provider).Uri!),
        provider.GetRequiredKeyedService<TokenCredential>(KeyVaultOptions.Section),
        provider.GetKeyedService<HttpPipelineTransport>(KeyVaultOptions.Section),
        VaultPipeline.TryTimeout);

    private static TOptions Options<TOptions>(IServiceProvider provider)
        where TOptions : class => provider.GetRequiredService<IOptions<TOptions>>().Value;
}
