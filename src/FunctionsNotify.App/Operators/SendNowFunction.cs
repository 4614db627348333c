using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/notifications/{paymentId}/send-now</c>: makes the waiting attempt at once. 202 with the command's id; the verdict stands on the delivery's record.</summary>
public sealed class SendNowFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "SendNow";

    private readonly NotificationApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public SendNowFunction(NotificationApiFactory api) => _api = api;

    /// <summary>Hands the command over.</summary>
    /// <param name="request">The request, its body optional.</param>
    /// <param name="client">Reads orchestrations and raises events.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.SendNow)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Over(client).CommandAsync(PaymentRoute.PaymentIdOf(request), CommandKind.SendNow, request, cancellationToken);
}
