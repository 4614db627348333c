using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/notifications/{paymentId}/redeliver</c>: makes an ended delivery again, under a new delivery id.</summary>
public sealed class RedeliverFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Redeliver";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public RedeliverFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Redelivers the payment.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Redeliver)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Redelivery(client).RedeliverAsync(PaymentRoute.PaymentIdOf(request), request, cancellationToken);
}
