namespace FunctionsNotify.Cli;

/// <summary>Where the host is and what opens it.</summary>
/// <param name="BaseAddress">The host's address, ending in <c>/api/</c>.</param>
/// <param name="Key">The function key; never printed.</param>
/// <param name="Scope">The scope to sign in for with Microsoft Entra.</param>
internal sealed record ApiSettings(Uri BaseAddress, string? Key, string? Scope)
{
    public const string UrlVariable = "NOTIFY_API";
    public const string KeyVariable = "NOTIFY_API_KEY";
    public const string ScopeVariable = "NOTIFY_API_SCOPE";
    public const string DefaultUrl = "http://127.0.0.1:7071";

    /// <summary>Reads the options, and the environment where they are not given.</summary>
    /// <exception cref="CliFault">The address or the key cannot be used.</exception>
    public static ApiSettings Read(string? url, string? key, string? scope, Func<string, string?> variable)
    {
        var (setting, text) = url is not null ? ("--url", url) : (UrlVariable, NullIfEmpty(variable(UrlVariable)) ?? DefaultUrl);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw CliFault.Usage($"{setting}: must be an address such as https://app.azurewebsites.net, without user, query and fragment");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw CliFault.Usage($"{setting}: must be https; http is for this machine only (127.0.0.1, localhost)");
        }

        var (keySetting, secret) = key is not null ? ("--key", key) : (KeyVariable, NullIfEmpty(variable(KeyVariable)));
        if (secret is not null && (secret.Length == 0 || !secret.All(character => character is > ' ' and <= '~')))
        {
            throw CliFault.Usage($"{keySetting}: must be printable ASCII without blanks, is a text of {secret.Length} characters");
        }

        return new ApiSettings(ApiRoot(address), secret, NullIfEmpty(scope) ?? NullIfEmpty(variable(ScopeVariable)));
    }

    // People give the address with and without /api.
    private static Uri ApiRoot(Uri address)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        return new UriBuilder(address) { Path = (path.EndsWith("/api", StringComparison.Ordinal) ? path : path + "/api") + "/" }.Uri;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
