namespace FunctionsNotify.App;

internal sealed class OperationsOptions
{
    public const string Section = "Operations";

    public string? Authentication { get; set; }

    // True when App Service authentication is on in front of the app. The platform says so (WEBSITE_AUTH_ENABLED);
    // without it anybody could write the principal header.
    public bool IsPlatformAuthenticationOn { get; set; }

    public AuthenticationMode? ReadAuthentication() => Authentication switch
    {
        null or "" => AuthenticationMode.Keys,
        _ when Authentication.Equals("keys", StringComparison.OrdinalIgnoreCase) => AuthenticationMode.Keys,
        _ when Authentication.Equals("entra", StringComparison.OrdinalIgnoreCase) => AuthenticationMode.Entra,
        _ => null,
    };
}
