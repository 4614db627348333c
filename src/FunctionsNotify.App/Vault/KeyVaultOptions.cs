using Microsoft.Extensions.Configuration;

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

    internal IReadOnlyList<string> Unreadable { get; private set; } = [];

    // True when the vault is meant to sign; half of the settings is enough, so that the other half is missed and named.
    public static bool IsUsed(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.GetChildren().Any(child => !string.IsNullOrWhiteSpace(child.Value) || child.GetChildren().Any());
    }

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

    internal static string Name(string property) => $"{Section}__{property}";
}
