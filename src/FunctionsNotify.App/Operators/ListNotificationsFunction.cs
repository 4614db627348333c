using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// GET /api/notifications: a page of the deliveries that did not succeed at their first attempt.
internal sealed class ListNotificationsFunction
{
    public const string Name = "ListNotifications";

    private readonly NotificationListApi _api;

    public ListNotificationsFunction(NotificationListApi api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Notifications)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.ListAsync(request, cancellationToken);
}
