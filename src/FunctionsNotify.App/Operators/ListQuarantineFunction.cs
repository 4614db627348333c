using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/quarantine</c>: a page of quarantine records.</summary>
public sealed class ListQuarantineFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "ListQuarantine";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public ListQuarantineFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Answers with the page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.Quarantine)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).ListAsync(request, cancellationToken);
}
