using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Which key in which vault signs, and as whom we ask. Environment names: KeyVault__Uri and so on. None of them set
// means that the key is among the AlipayPlus__… settings.
internal sealed class KeyVaultOptions
{
    public const string Section = "KeyVault";

    public string? Uri { get; set; }

    public string? KeyName { get; set; }

    // The key's version in the vault, always explicit: without one the vault would sign with the newest, before Alipay+
    // knows its public key. It belongs to the number in KeyVersion; the two change together.
    public string? KeyVersion { get; set; }

    // managedidentity or workloadidentity; without it, the environment's default identity (a developer's sign-in on a
    // desk). The storage connection's convention.
    public string? Credential { get; set; }

    public string? ClientId { get; set; }

    // True when the vault is meant to sign; half of the settings is enough, so that the other half is missed and named.
    public static bool IsUsed(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.GetChildren().Any(child => !string.IsNullOrWhiteSpace(child.Value) || child.GetChildren().Any());
    }

    internal static string Name(string property) => $"{Section}__{property}";
}

// Registers the signature by the vault. A wrong setting stops the start with one line for each.
internal static class KeyVaultServices
{
    // Lets the vault sign when the section holds a setting, and does nothing when it holds none. The vault's
    // TokenCredential and HttpPipelineTransport are keyed services of the key Section, so that no other client's
    // identity is ever taken for it.
    public static IServiceCollection AddKeyVaultSigner(this IServiceCollection services, IConfigurationSection section)
    {
        if (!KeyVaultOptions.IsUsed(section))
        {
            return services;
        }

        services.AddSettings<KeyVaultOptions>(section, KeyVaultRules.FaultsOf);
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

// One line per wrong setting, by its environment name, with the value's shape.
internal static class KeyVaultRules
{
    private const int MaxKeyName = 127;
    private const int KeyVersionLength = 32;
    private const int ClientIdLength = 36;

    public static IReadOnlyList<string> FaultsOf(KeyVaultOptions options)
    {
        var problems = new List<string>();
        Require(problems, nameof(options.Uri), options.Uri, VaultAddress.Fault, "the address of the vault whose key signs");
        Require(problems, nameof(options.KeyName), options.KeyName, FaultOfKeyName, "the name of the key that signs");
        Require(problems, nameof(options.KeyVersion), options.KeyVersion, FaultOfKeyVersion, "the version of the key that Alipay+ knows by AlipayPlus__KeyVersion; the newest is never taken by itself");
        Judge(problems, nameof(options.Credential), options.Credential, FaultOfCredential);
        Judge(problems, nameof(options.ClientId), options.ClientId, FaultOfClientId);
        return problems;
    }

    private static void Require(List<string> problems, string property, string? value, Func<string, string?> fault, string meaning)
    {
        if (value is null)
        {
            problems.Add($"{KeyVaultOptions.Name(property)}: is missing; it is {meaning}");
            return;
        }

        Judge(problems, property, value, fault);
    }

    private static void Judge(List<string> problems, string property, string? value, Func<string, string?> fault)
    {
        if (value is not null && fault(value) is { } rule)
        {
            problems.Add(Setting.Fault(KeyVaultOptions.Name(property), rule, value));
        }
    }

    private static string? FaultOfKeyName(string name) =>
        name.Length <= MaxKeyName && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')
            ? null
            : $"must have 1 to {MaxKeyName} ASCII letters, digits and dashes, without vault and version";

    private static string? FaultOfKeyVersion(string version) =>
        version.Length == KeyVersionLength && version.All(char.IsAsciiHexDigit)
            ? null
            : $"must be the key version's {KeyVersionLength} hexadecimal digits in the vault (the number that Alipay+ knows it by stands in AlipayPlus__KeyVersion)";

    private static string? FaultOfCredential(string credential) =>
        VaultCredential.IsKnown(credential) ? null : "must be managedidentity or workloadidentity, or left out";

    private static string? FaultOfClientId(string clientId) =>
        clientId.Length == ClientIdLength && Guid.TryParseExact(clientId, "D", out _)
            ? null
            : "must be an identity's client id, such as 00000000-0000-0000-0000-000000000000";
}

// What a vault's address may be, and whom its token is for. Both follow from the host alone: the token's audience is
// the host's own suffix, so that no misspelt address can collect a token that another service would accept.
internal static class VaultAddress
{
    private const string Rule = "must be a vault's https address without a path, such as https://name.vault.azure.net";
    private const string PublicCloud = "vault.azure.net";

    private static readonly string[] Services = ["vault", "managedhsm"];

    public static string? Fault(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return Rule;
        }

        // Not even on loopback: the token that is sent opens every vault that the identity may use.
        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            return $"{Rule}; a token must not travel in the clear";
        }

        if (uri.UserInfo.Length > 0)
        {
            return $"{Rule}; it must not hold a user name or password";
        }

        if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0)
        {
            return $"{Rule}; the key's name and version have settings of their own";
        }

        return uri.IsLoopback || Audience(uri.Host) is not null
            ? null
            : $"{Rule} or https://name.managedhsm.azure.net, or their names in another cloud";
    }

    public static string Scope(Uri vault) => $"https://{Audience(vault.Host) ?? PublicCloud}/.default";

    private static string? Audience(string host)
    {
        var labels = host.Split('.');
        return labels.Length >= 4 && labels.All(label => label.Length > 0) && Services.Contains(labels[1], StringComparer.OrdinalIgnoreCase)
            ? string.Join('.', labels.Skip(1))
            : null;
    }
}

// The identity that the settings name, by the storage connection's convention.
internal static class VaultCredential
{
    private const string ManagedIdentity = "managedidentity";
    private const string WorkloadIdentity = "workloadidentity";

    public static bool IsKnown(string credential) => Is(credential, ManagedIdentity) || Is(credential, WorkloadIdentity);

    public static TokenCredential Create(KeyVaultOptions options)
    {
        if (Is(options.Credential, ManagedIdentity))
        {
            return new ManagedIdentityCredential(
                options.ClientId is { } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned);
        }

        return Is(options.Credential, WorkloadIdentity)
            ? new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { ClientId = options.ClientId })
            : new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = options.ClientId });
    }

    private static bool Is(string? credential, string known) => string.Equals(credential, known, StringComparison.OrdinalIgnoreCase);
}
