using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/notifications/{paymentId}/repair</c>: starts a broken delivery again, with the claimed body under a new delivery id.</summary>
public sealed class RepairFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Repair";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handler.</param>
    public RepairFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Repairs the payment's delivery.</summary>
    /// <param name="request">The request, its body optional.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Repair)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Repair(client).RepairAsync(PaymentRoute.PaymentIdOf(request), request, cancellationToken);
}
