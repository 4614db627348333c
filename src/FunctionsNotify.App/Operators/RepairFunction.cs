using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/notifications/{paymentId}/repair: starts a broken delivery again, with the claimed body under a new
// delivery id.
internal sealed class RepairFunction
{
    public const string Name = "Repair";

    private readonly OperatorApiFactory _api;

    public RepairFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Repair)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Repair(client).RepairAsync(PaymentRoute.PaymentIdOf(request), request, cancellationToken);
}
