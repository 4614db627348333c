using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/health/ready</c>. Anonymous, so that a load balancer can ask: the answer names no account and no secret. <c>[decided]</c></summary>
public sealed class ReadyFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Ready";

    private readonly ReadinessApi _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">The handler.</param>
    public ReadyFunction(ReadinessApi api) => _api = api;

    /// <summary>Answers 200, or 503 when a check fails.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.Ready)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.GetAsync(cancellationToken);
}
