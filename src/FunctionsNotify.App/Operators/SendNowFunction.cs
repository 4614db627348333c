using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/notifications/{paymentId}/send-now: makes the waiting attempt at once. 202 with the command's id; the
// verdict stands on the delivery's record.
internal sealed class SendNowFunction
{
    public const string Name = "SendNow";

    private readonly NotificationApiFactory _api;

    public SendNowFunction(NotificationApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.SendNow)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Over(client).CommandAsync(PaymentRoute.PaymentIdOf(request), CommandKind.SendNow, request, cancellationToken);
}
