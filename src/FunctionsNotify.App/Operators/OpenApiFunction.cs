using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

internal sealed class OpenApiFunction
{
    public const string Name = "OpenApi";

    private readonly OpenApiDocument _api;

    public OpenApiFunction(OpenApiDocument api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.OpenApi)] HttpRequest request) =>
        _api.GetAsync(request);
}
