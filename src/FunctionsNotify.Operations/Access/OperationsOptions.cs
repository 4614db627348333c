namespace FunctionsNotify.Operations;

/// <summary>The settings <c>Operations__…</c>.</summary>
public sealed class OperationsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Operations";

    /// <summary><c>keys</c> (default) or <c>entra</c>.</summary>
    public string? Authentication { get; set; }

    /// <summary>
    /// True when App Service authentication is on in front of the app. The platform says so (<c>WEBSITE_AUTH_ENABLED</c>);
    /// without it anybody could write the principal header.
    /// </summary>
    public bool IsPlatformAuthenticationOn { get; set; }

    /// <summary>The mode that <see cref="Authentication"/> names; null when it names none.</summary>
    public AuthenticationMode? ReadAuthentication() => Authentication switch
    {
        null or "" => AuthenticationMode.Keys,
        _ when Authentication.Equals("keys", StringComparison.OrdinalIgnoreCase) => AuthenticationMode.Keys,
        _ when Authentication.Equals("entra", StringComparison.OrdinalIgnoreCase) => AuthenticationMode.Entra,
        _ => null,
    };
}
