using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal static class PaymentRoute
{
    // From ASP.NET Core's route values, as the local host has it: the host's own binding data decodes by other rules.
    public static string PaymentIdOf(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.RouteValues["paymentId"] as string ?? string.Empty;
    }
}
