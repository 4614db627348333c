using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// POST /api/quarantine/{day}/{name}/discard: says that a quarantined message needs nothing more.
internal sealed class DiscardFunction
{
    public const string Name = "Discard";

    private readonly OperatorApiFactory _api;

    public DiscardFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = NotificationApiRoutes.Discard)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).DiscardAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
