using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/quarantine/{day}/{name}/discard</c>: says that a quarantined message needs nothing more.</summary>
public sealed class DiscardFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Discard";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public DiscardFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Discards the record.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Discard)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).DiscardAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
