using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

internal sealed class ListAuditFunction
{
    public const string Name = "ListAudit";

    private readonly AuditApi _api;

    public ListAuditFunction(AuditApi api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Audit)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.ListAsync(request, cancellationToken);
}
