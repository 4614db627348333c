using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// GET /api/notifications/{paymentId}: the notification's state and attempts.
internal sealed class GetNotificationFunction
{
    public const string Name = "GetNotification";

    private readonly NotificationApiFactory _api;
    private readonly OperatorAccess _access;

    public GetNotificationFunction(NotificationApiFactory api, OperatorAccess access)
    {
        _api = api;
        _access = access;
    }

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Notification)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _access.RunAsync(request, OperatorRole.Reader, _ => _api.Over(client).GetAsync(PaymentRoute.PaymentIdOf(request), cancellationToken));
}
