using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/openapi.json</c>: the API's description.</summary>
public sealed class OpenApiFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "OpenApi";

    private readonly OpenApiDocument _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">The handler.</param>
    public OpenApiFunction(OpenApiDocument api) => _api = api;

    /// <summary>Answers with the document.</summary>
    /// <param name="request">The request.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.OpenApi)] HttpRequest request) =>
        _api.GetAsync(request);
}
