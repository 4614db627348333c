using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary>
/// <c>GET /api/health</c>. Anonymous, so that the platform's health check and the scenario suite need no key: it says
/// the version, the retry schedule and the limits, and nothing about a payment or a key. <c>[decided]</c>
/// </summary>
public sealed class HealthFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Health";

    private readonly Func<HealthReport> _health;

    /// <summary>Makes the function.</summary>
    /// <param name="health">What the host says of itself.</param>
    public HealthFunction(Func<HealthReport> health) => _health = health;

    /// <summary>Answers with the report.</summary>
    /// <param name="request">The request.</param>
    [Function(Name)]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.Health)] HttpRequest request) =>
        Results.Json(_health(), DeliveryJson.Options);
}
