using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/audit</c>: a page of the audit log.</summary>
public sealed class ListAuditFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "ListAudit";

    private readonly AuditApi _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">The handler.</param>
    public ListAuditFunction(AuditApi api) => _api = api;

    /// <summary>Answers with the page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Audit)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.ListAsync(request, cancellationToken);
}
