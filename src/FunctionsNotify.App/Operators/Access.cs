using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal enum AuthenticationMode
{
    // The platform's function keys alone: whoever has one may do everything.
    Keys,

    // A function key and a user that App Service authentication vouches for.
    Entra,
}

public enum OperatorRole
{
    Reader,

    Operator,
}

// Who calls; without a name where the body says who it is.
internal sealed record Caller(string? Name);

// Decides who may call. With Keys the platform has decided already, and the principal header, which any caller could
// write, is not looked at. A wrong setting closes the API and nothing else: payments are delivered.
internal sealed class OperatorAccess
{
    public const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";

    private const string Setting = "Operations:Authentication";

    // Set by App Service on every app whose authentication is on; without it anybody could write the header.
    private const string PlatformAuthentication = "WEBSITE_AUTH_ENABLED";

    private readonly AuthenticationMode _mode;
    private readonly string? _fault;

    public OperatorAccess(AuthenticationMode mode, string? fault = null) => (_mode, _fault) = (mode, fault);

    public static OperatorAccess Of(IConfiguration configuration, ILogger<OperatorAccess> logger)
    {
        var asked = configuration[Setting];
        var isPlatformOn = string.Equals(configuration[PlatformAuthentication], "true", StringComparison.OrdinalIgnoreCase);
        var (mode, fault) = asked?.ToUpperInvariant() switch
        {
            null or "" or "KEYS" => (AuthenticationMode.Keys, (string?)null),
            "ENTRA" when isPlatformOn => (AuthenticationMode.Entra, null),
            "ENTRA" => (AuthenticationMode.Entra, "is entra, but App Service authentication is not on (WEBSITE_AUTH_ENABLED is not True): without it anyone could claim any user and role"),
            _ => (AuthenticationMode.Entra, $"must be keys or entra (found {asked!.Length} other characters)"),
        };
        if (fault is not null)
        {
            Logs.OperatorsShutOut(logger, fault);
        }

        return new OperatorAccess(mode, fault);
    }

    public IResult? Refuse(HttpRequest request, OperatorRole role, out Caller caller)
    {
        caller = new Caller(null);
        if (_fault is not null)
        {
            return Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"Operators are refused: Operations__Authentication {_fault}.");
        }

        if (_mode == AuthenticationMode.Keys)
        {
            return null;
        }

        // Two headers are none: which one the platform wrote cannot be told.
        if (request.Headers[PrincipalHeader] is not [{ } header] || ClientPrincipal.TryRead(header) is not { } principal)
        {
            return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, detail: "Sign in: the platform has authenticated no user for this call.");
        }

        caller = new Caller(principal.Name);
        return principal.Has(role) ? null : Results.Problem(statusCode: StatusCodes.Status403Forbidden, detail: $"The call needs the app role {role}.");
    }
}
