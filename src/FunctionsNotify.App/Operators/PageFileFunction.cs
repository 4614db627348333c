using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

internal static class PageFileFunction
{
    public const string Name = "PageFile";

    [Function(Name)]
    public static IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.PageFile)] HttpRequest request) =>
        PageApi.GetFile(request, request?.RouteValues["file"] as string ?? string.Empty);
}
