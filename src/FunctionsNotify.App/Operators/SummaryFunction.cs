using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

internal sealed class SummaryFunction
{
    public const string Name = "Summary";

    private readonly SummaryApi _api;

    public SummaryFunction(SummaryApi api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Summary)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.GetAsync(request, cancellationToken);
}
