using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/notifications/{paymentId}/cancel</c>: ends the delivery. 202 with the command's id; the verdict stands on the delivery's record.</summary>
public sealed class CancelFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Cancel";

    private readonly NotificationApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public CancelFunction(NotificationApiFactory api) => _api = api;

    /// <summary>Hands the command over.</summary>
    /// <param name="request">The request, its body optional.</param>
    /// <param name="client">Reads orchestrations and raises events.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Cancel)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Over(client).CommandAsync(PaymentRoute.PaymentIdOf(request), CommandKind.Cancel, request, cancellationToken);
}
