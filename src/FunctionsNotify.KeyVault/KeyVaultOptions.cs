using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.KeyVault;

/// <summary>
/// Which key in which vault signs, and as whom we ask. Environment names: <c>KeyVault__Uri</c> and so on. None of them set
/// means that the key is among the <c>AlipayPlus__…</c> settings.
/// </summary>
public sealed class KeyVaultOptions
{
    /// <summary>The configuration section's usual name.</summary>
    public const string Section = "KeyVault";

    /// <summary>The vault's https address, without a path, such as <c>https://name.vault.azure.net</c>.</summary>
    public string? Uri { get; set; }

    /// <summary>The name of the key.</summary>
    public string? KeyName { get; set; }

    /// <summary>
    /// The key's version in the vault, always explicit: without one the vault would sign with the newest, before Alipay+
    /// knows its public key. It belongs to the number in <see cref="AlipayPlusOptions.KeyVersion"/>; the two change together.
    /// </summary>
    public string? KeyVersion { get; set; }

    /// <summary>
    /// <c>managedidentity</c> or <c>workloadidentity</c>; without it, the environment's default identity (a developer's
    /// sign-in on a desk). The storage connection's convention.
    /// </summary>
    public string? Credential { get; set; }

    /// <summary>The client id of a user-assigned identity.</summary>
    public string? ClientId { get; set; }

    /// <summary>One line for each setting that could not be read.</summary>
    internal IReadOnlyList<string> Unreadable { get; private set; } = [];

    /// <summary>True when the vault is meant to sign; half of the settings is enough, so that the other half is missed and named.</summary>
    /// <param name="section">The section.</param>
    public static bool IsUsed(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.GetChildren().Any(child => !string.IsNullOrWhiteSpace(child.Value) || child.GetChildren().Any());
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="section">The section.</param>
    internal void Read(IConfigurationSection section)
    {
        var settings = new SettingsReader(section);
        Uri = settings.Text(nameof(Uri));
        KeyName = settings.Text(nameof(KeyName));
        KeyVersion = settings.Text(nameof(KeyVersion));
        Credential = settings.Text(nameof(Credential));
        ClientId = settings.Text(nameof(ClientId));
        Unreadable = settings.Problems();
    }

    /// <summary>The environment name of a property.</summary>
    internal static string Name(string property) => $"{Section}__{property}";
}
