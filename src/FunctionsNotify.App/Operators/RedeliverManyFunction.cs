using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/redeliveries: makes many ended deliveries again, or says which it would make.
internal sealed class RedeliverManyFunction
{
    public const string Name = "RedeliverMany";

    private readonly OperatorApiFactory _api;

    public RedeliverManyFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Redeliveries)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Bulk(client).RedeliverAsync(request, cancellationToken);
}
