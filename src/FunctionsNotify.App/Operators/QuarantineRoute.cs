using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

/// <summary>The quarantine record that a request's route names.</summary>
internal static class QuarantineRoute
{
    public static string QuarantineIdOf(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return $"{request.RouteValues["day"]}/{request.RouteValues["name"]}";
    }
}
