namespace FunctionsNotify.App;

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
