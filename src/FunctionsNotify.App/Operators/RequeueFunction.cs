using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/quarantine/{day}/{name}/requeue: puts a quarantined message back on the queue.
internal sealed class RequeueFunction
{
    public const string Name = "Requeue";

    private readonly OperatorApiFactory _api;

    public RequeueFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Requeue)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).RequeueAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
