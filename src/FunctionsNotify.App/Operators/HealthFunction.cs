using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// GET /api/health. Anonymous, so that the platform's health check and the scenario suite need no key: it says the
// version, the retry schedule and the limits, and nothing about a payment or a key.
internal sealed class HealthFunction
{
    public const string Name = "Health";

    private readonly Func<HealthReport> _health;

    public HealthFunction(Func<HealthReport> health) => _health = health;

    [Function(Name)]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.Health)] HttpRequest request) =>
        Results.Json(_health(), DeliveryJson.Options);
}
