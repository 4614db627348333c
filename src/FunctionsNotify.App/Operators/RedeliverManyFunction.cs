using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/redeliveries</c>: makes many ended deliveries again, or says which it would make.</summary>
public sealed class RedeliverManyFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "RedeliverMany";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public RedeliverManyFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Redelivers the payments.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Redeliveries)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Bulk(client).RedeliverAsync(request, cancellationToken);
}
