using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// GET /api/ui: the operators' page. Anonymous, because it holds nothing; it asks for the key.
internal static class PageFunction
{
    public const string Name = "Page";

    [Function(Name)]
    public static IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = NotificationApiRoutes.Page)] HttpRequest request) =>
        PageApi.Get(request);
}
