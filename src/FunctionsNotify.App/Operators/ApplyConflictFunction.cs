using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/quarantine/{day}/{name}/apply: delivers a conflict as a correction of its payment's notification.
internal sealed class ApplyConflictFunction
{
    public const string Name = "ApplyConflict";

    private readonly OperatorApiFactory _api;

    public ApplyConflictFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Apply)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).ApplyAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
