using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary><c>POST /api/quarantine/{day}/{name}/apply</c>: delivers a conflict as a correction of its payment's notification.</summary>
public sealed class ApplyConflictFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "ApplyConflict";

    private readonly OperatorApiFactory _api;

    /// <summary>Makes the function.</summary>
    /// <param name="api">Makes the handlers.</param>
    public ApplyConflictFunction(OperatorApiFactory api) => _api = api;

    /// <summary>Applies the conflict.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Reads and starts orchestrations.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Apply)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).ApplyAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
