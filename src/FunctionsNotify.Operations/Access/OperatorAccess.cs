using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Operations;

/// <summary>
/// Decides who may call. With <see cref="AuthenticationMode.Keys"/> the host has decided already, and the principal header,
/// which any caller could write, is not looked at.
/// </summary>
public sealed class OperatorAccess
{
    /// <summary>The header in which App Service authentication hands over the signed-in user; it removes a caller's own.</summary>
    public const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";

    private readonly AuthenticationMode _mode;

    /// <summary>Makes the decision of a mode.</summary>
    /// <param name="mode">Who decides.</param>
    public OperatorAccess(AuthenticationMode mode) => _mode = mode;

    /// <summary>Answers with what a call comes to, or with 401 or 403 in its place.</summary>
    /// <param name="request">The request.</param>
    /// <param name="role">The role that the call needs.</param>
    /// <param name="call">The call.</param>
    public Task<IResult> RunAsync(HttpRequest request, OperatorRole role, Func<Caller, Task<IResult>> call)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(call);
        return Refusal(request, role, out var caller) is { } refusal ? Task.FromResult(refusal) : call(caller);
    }

    private IResult? Refusal(HttpRequest request, OperatorRole role, out Caller caller)
    {
        caller = Caller.Nameless;
        if (_mode == AuthenticationMode.Keys)
        {
            return null;
        }

        // Two headers are none: which one the platform wrote cannot be told.
        if (request.Headers[PrincipalHeader] is not [{ } header] || ClientPrincipal.TryRead(header) is not { } principal)
        {
            return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, detail: "Sign in: the call carries no user that the platform vouches for.");
        }

        if (!principal.Has(role))
        {
            return Results.Problem(statusCode: StatusCodes.Status403Forbidden, detail: $"The call needs the app role {role}.");
        }

        caller = new Caller(principal.Name);
        return null;
    }
}
