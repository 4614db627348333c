using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/notifications/{paymentId}/redeliver: makes an ended delivery again, under a new delivery id.
internal sealed class RedeliverFunction
{
    public const string Name = "Redeliver";

    private readonly OperatorApiFactory _api;

    public RedeliverFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Redeliver)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Redelivery(client).RedeliverAsync(PaymentRoute.PaymentIdOf(request), request, cancellationToken);
}
