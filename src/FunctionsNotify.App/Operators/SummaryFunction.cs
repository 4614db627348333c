using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/summary</c>: counts, backlog and lateness.</summary>
public sealed class SummaryFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Summary";

    private readonly SummaryApi _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">The handler.</param>
    public SummaryFunction(SummaryApi api) => _api = api;

    /// <summary>Answers with the counts.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Summary)] HttpRequest request,
        CancellationToken cancellationToken) =>
        _api.GetAsync(request, cancellationToken);
}
