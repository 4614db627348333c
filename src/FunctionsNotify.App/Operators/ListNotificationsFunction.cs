using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/notifications</c>: a page of the deliveries that did not succeed at their first attempt.</summary>
public sealed class ListNotificationsFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "ListNotifications";

    private readonly NotificationListApi _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">The handler.</param>
    public ListNotificationsFunction(NotificationListApi api) => _api = api;

    /// <summary>Answers with the page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Notifications)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.ListAsync(request, cancellationToken);
}
