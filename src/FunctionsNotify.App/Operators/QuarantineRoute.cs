using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal static class QuarantineRoute
{
    public static string QuarantineIdOf(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return $"{request.RouteValues["day"]}/{request.RouteValues["name"]}";
    }
}
