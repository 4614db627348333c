using FunctionsNotify.Deliveries;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FunctionsNotify.Operations;

/// <summary>The API's routes, for a host that is its own web server. The function app declares the same ones on its functions.</summary>
public static class NotificationApiRoutes
{
    /// <summary>The route of health, below <c>/api</c>.</summary>
    public const string Health = "health";

    /// <summary>The route of one payment's notification, below <c>/api</c>.</summary>
    public const string Notification = "notifications/{paymentId}";

    /// <summary>The route of the send-now command, below <c>/api</c>.</summary>
    public const string SendNow = Notification + "/send-now";

    /// <summary>The route of the cancel command, below <c>/api</c>.</summary>
    public const string Cancel = Notification + "/cancel";

    /// <summary>The route of repair, below <c>/api</c>.</summary>
    public const string Repair = Notification + "/repair";

    /// <summary>Maps every route to its handler.</summary>
    /// <param name="endpoints">The host's routes.</param>
    public static IEndpointRouteBuilder MapNotificationApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.MapGroup("/api");
        api.MapGet(Health, (NotificationApi handlers) => handlers.Health());
        api.MapGet(Notification, (string paymentId, NotificationApi handlers, CancellationToken cancellationToken) => handlers.GetAsync(paymentId, cancellationToken));
        api.MapPost(SendNow, (string paymentId, NotificationApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.CommandAsync(paymentId, CommandKind.SendNow, request, cancellationToken));
        api.MapPost(Cancel, (string paymentId, NotificationApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.CommandAsync(paymentId, CommandKind.Cancel, request, cancellationToken));
        api.MapPost(Repair, (string paymentId, RepairApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.RepairAsync(paymentId, request, cancellationToken));
        return endpoints;
    }
}
