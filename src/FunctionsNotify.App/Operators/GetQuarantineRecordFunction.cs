using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>GET /api/quarantine/{day}/{name}</c>: one quarantine record.</summary>
public sealed class GetQuarantineRecordFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "GetQuarantineRecord";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public GetQuarantineRecordFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Answers with the record, or 404.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.QuarantineRecord)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).GetAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
