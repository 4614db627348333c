using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// Decides who may call. With Keys the host has decided already, and the principal header, which any caller could write,
// is not looked at.
internal sealed class OperatorAccess
{
    public const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";

    private readonly AuthenticationMode _mode;

    public OperatorAccess(AuthenticationMode mode) => _mode = mode;

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
