using System.Net;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.DevHost;

/// <summary>
/// Keeps web pages of others away from a host that asks for no key. A page that had its own name resolve to this machine
/// (DNS rebinding) sends that name as the host; one that posts across (CSRF) sends its own origin.
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>Why the request is refused; null where it is not.</summary>
    public static string? Refusal(HttpRequest request)
    {
        if (!IsLoopback(request.Host.Host))
        {
            return "The Host header must name this machine's loopback address.";
        }

        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || request.Headers.Origin.Count == 0 || IsOwn(request)
            ? null
            : "A page from another origin may not change anything here.";
    }

    private static bool IsOwn(HttpRequest request) => request.Headers.Origin is [{ } origin]
        && Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && from.Scheme == request.Scheme
        && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
