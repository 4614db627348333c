using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Keeps web pages of others away from a host that asks for no key. A page that had its own name resolve to this machine
/// (DNS rebinding) sends that name as the host; one that posts a form or a script's call across (CSRF) sends its own origin.
/// </summary>
internal static class LoopbackGuard
{
    private const string Localhost = "localhost";

    public static IApplicationBuilder UseLoopbackGuard(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (Refusal(context.Request) is { } why)
        {
            await Results.Problem(statusCode: StatusCodes.Status403Forbidden, detail: why).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        await next(context).ConfigureAwait(false);
    });

    internal static string? Refusal(HttpRequest request)
    {
        if (!IsLoopback(request.Host.Host))
        {
            return "The Host header must be a name of this machine's loopback.";
        }

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || request.Headers.Origin.Count == 0)
        {
            return null;
        }

        return request.Headers.Origin is [{ } origin]
            && Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && from.Scheme == request.Scheme
            && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
            ? null
            : "A page of another origin may not change anything here.";
    }

    private static bool IsLoopback(string host) =>
        host.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
