using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/notifications/{paymentId}</c>: the notification's state and attempts.</summary>
public sealed class GetNotificationFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "GetNotification";

    private readonly NotificationApiFactory _api;
    private readonly OperatorAccess _access;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    /// <param name="access">Who may call.</param>
    public GetNotificationFunction(NotificationApiFactory api, OperatorAccess access)
    {
        _api = api;
        _access = access;
    }

    /// <summary>Answers with the notification, or 404.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Notification)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _access.RunAsync(request, OperatorRole.Reader, _ => _api.Over(client).GetAsync(PaymentRoute.PaymentIdOf(request), cancellationToken));
}
