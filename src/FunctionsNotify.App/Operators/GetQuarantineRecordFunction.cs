using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed class GetQuarantineRecordFunction
{
    public const string Name = "GetQuarantineRecord";

    private readonly OperatorApiFactory _api;

    public GetQuarantineRecordFunction(OperatorApiFactory api) => _api = api;

    [Function(Name)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = NotificationApiRoutes.QuarantineRecord)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        _api.Quarantine(client).GetAsync(QuarantineRoute.QuarantineIdOf(request), request, cancellationToken);
}
