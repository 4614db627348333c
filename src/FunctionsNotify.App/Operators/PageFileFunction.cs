using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/ui/{file}</c>: one of the page's files. Anonymous, as the page.</summary>
public static class PageFileFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "PageFile";

    /// <summary>Answers with the file, or 404.</summary>
    /// <param name="request">The request.</param>
    [Function(Name)]
    public static IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.PageFile)] HttpRequest request) =>
        PageApi.GetFile(request, request?.RouteValues["file"] as string ?? string.Empty);
}
