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

    /// <summary>The route of readiness, below <c>/api</c>.</summary>
    public const string Ready = Health + "/ready";

    /// <summary>The route of the summary, below <c>/api</c>.</summary>
    public const string Summary = "summary";

    /// <summary>The route of the list, below <c>/api</c>.</summary>
    public const string Notifications = "notifications";

    /// <summary>The route of one payment's notification, below <c>/api</c>.</summary>
    public const string Notification = Notifications + "/{paymentId}";

    /// <summary>The route of the send-now command, below <c>/api</c>.</summary>
    public const string SendNow = Notification + "/send-now";

    /// <summary>The route of the cancel command, below <c>/api</c>.</summary>
    public const string Cancel = Notification + "/cancel";

    /// <summary>The route of repair, below <c>/api</c>.</summary>
    public const string Repair = Notification + "/repair";

    /// <summary>The route of redelivery, below <c>/api</c>.</summary>
    public const string Redeliver = Notification + "/redeliver";

    /// <summary>The route of bulk redelivery, below <c>/api</c>.</summary>
    public const string Redeliveries = "redeliveries";

    /// <summary>The route of the quarantine's list, below <c>/api</c>.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>The route of one quarantine record, below <c>/api</c>.</summary>
    public const string QuarantineRecord = Quarantine + "/{day}/{name}";

    /// <summary>The route of requeue, below <c>/api</c>.</summary>
    public const string Requeue = QuarantineRecord + "/requeue";

    /// <summary>The route of discard, below <c>/api</c>.</summary>
    public const string Discard = QuarantineRecord + "/discard";

    /// <summary>The route of apply, below <c>/api</c>.</summary>
    public const string Apply = QuarantineRecord + "/apply";

    /// <summary>The route of the audit log, below <c>/api</c>.</summary>
    public const string Audit = "audit";

    /// <summary>The route of the OpenAPI document, below <c>/api</c>.</summary>
    public const string OpenApi = "openapi.json";

    /// <summary>The route of the operators' page, below <c>/api</c>.</summary>
    public const string Page = "ui";

    /// <summary>The route of one of the page's files, below <c>/api</c>.</summary>
    public const string PageFile = Page + "/{file}";

    /// <summary>Maps every route to its handler.</summary>
    /// <param name="endpoints">The host's routes.</param>
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
