using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/notifications/{paymentId}/cancel: ends the delivery. 202 with the command's id; the verdict stands on the
// delivery's record.
internal sealed class CancelFunction
{
    public const string Name = "Cancel";

    private readonly NotificationApiFactory _api;

    public CancelFunction(NotificationApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Cancel)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Over(client).CommandAsync(PaymentRoute.PaymentIdOf(request), CommandKind.Cancel, request, cancellationToken);
}
