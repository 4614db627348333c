using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/quarantine/{day}/{name}/requeue</c>: puts a quarantined message back on the queue.</summary>
public sealed class RequeueFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Requeue";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public RequeueFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Requeues the message.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Requeue)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).RequeueAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
