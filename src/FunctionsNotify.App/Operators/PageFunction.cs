using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/ui</c>: the operators' page. Anonymous, because it holds nothing; it asks for the key. <c>[decided]</c></summary>
public static class PageFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Page";

    /// <summary>Answers with the page.</summary>
    /// <param name="request">The request.</param>
    [Function(Name)]
    public static IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.Page)] HttpRequest request) =>
        PageApi.Get(request);
}
