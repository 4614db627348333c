using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// GET /api/health/ready. Anonymous, so that a load balancer can ask: the answer names no account and no secret.
internal sealed class ReadyFunction
{
    public const string Name = "Ready";

    private readonly ReadinessApi _api;

    public ReadyFunction(ReadinessApi api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.Ready)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.GetAsync(cancellationToken);
}
