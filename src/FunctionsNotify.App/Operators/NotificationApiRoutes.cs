using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FunctionsNotify.App;

// The API's routes, for a host that is its own web server. The function app declares the same ones on its functions.
internal static class NotificationApiRoutes
{
    public const string Health = "health";

    public const string Ready = Health + "/ready";

    public const string Summary = "summary";

    public const string Notifications = "notifications";

    public const string Notification = Notifications + "/{paymentId}";

    public const string SendNow = Notification + "/send-now";

    public const string Cancel = Notification + "/cancel";

    public const string Repair = Notification + "/repair";

    public const string Redeliver = Notification + "/redeliver";

    public const string Redeliveries = "redeliveries";

    public const string Quarantine = "quarantine";

    public const string QuarantineRecord = Quarantine + "/{day}/{name}";

    public const string Requeue = QuarantineRecord + "/requeue";

    public const string Discard = QuarantineRecord + "/discard";

    public const string Apply = QuarantineRecord + "/apply";

    public const string Audit = "audit";

    public const string OpenApi = "openapi.json";

    public const string Page = "ui";

    public const string PageFile = Page + "/{file}";

    public static IEndpointRouteBuilder MapNotificationApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.MapGroup("/api");
        api.MapGet(Health, (NotificationApi handlers) => handlers.Health());
        api.MapGet(Ready, (ReadinessApi handlers, CancellationToken cancellationToken) => handlers.GetAsync(cancellationToken));
        api.MapGet(Summary, (SummaryApi handlers, HttpRequest request, CancellationToken cancellationToken) => handlers.GetAsync(request, cancellationToken));
        api.MapGet(Notifications, (NotificationListApi handlers, HttpRequest request, CancellationToken cancellationToken) => handlers.ListAsync(request, cancellationToken));
        api.MapGet(Notification, (string paymentId, NotificationApi handlers, CancellationToken cancellationToken) => handlers.GetAsync(paymentId, cancellationToken));
        api.MapPost(SendNow, (string paymentId, NotificationApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.CommandAsync(paymentId, CommandKind.SendNow, request, cancellationToken));
        api.MapPost(Cancel, (string paymentId, NotificationApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.CommandAsync(paymentId, CommandKind.Cancel, request, cancellationToken));
        api.MapPost(Repair, (string paymentId, RepairApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.RepairAsync(paymentId, request, cancellationToken));
        api.MapPost(Redeliver, (string paymentId, RedeliveryApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.RedeliverAsync(paymentId, request, cancellationToken));
        api.MapPost(Redeliveries, (BulkRedeliveryApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.RedeliverAsync(request, cancellationToken));
        api.MapGet(Quarantine, (QuarantineApi handlers, HttpRequest request, CancellationToken cancellationToken) => handlers.ListAsync(request, cancellationToken));
        api.MapGet(QuarantineRecord, (string day, string name, QuarantineApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.GetAsync($"{day}/{name}", request, cancellationToken));
        api.MapPost(Requeue, (string day, string name, QuarantineApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.RequeueAsync($"{day}/{name}", request, cancellationToken));
        api.MapPost(Discard, (string day, string name, QuarantineApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.DiscardAsync($"{day}/{name}", request, cancellationToken));
        api.MapPost(Apply, (string day, string name, QuarantineApi handlers, HttpRequest request, CancellationToken cancellationToken) =>
            handlers.ApplyAsync($"{day}/{name}", request, cancellationToken));
        api.MapGet(Audit, (AuditApi handlers, HttpRequest request, CancellationToken cancellationToken) => handlers.ListAsync(request, cancellationToken));
        api.MapGet(OpenApi, (OpenApiDocument handlers, HttpRequest request) => handlers.GetAsync(request));
        api.MapGet(Page, (HttpRequest request) => PageApi.Get(request));
        api.MapGet(PageFile, (string file, HttpRequest request) => PageApi.GetFile(request, file));
        return endpoints;
    }
}
