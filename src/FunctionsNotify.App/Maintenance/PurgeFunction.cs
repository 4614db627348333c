using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed class PurgeFunction
{
    public const string Name = "Purge";

    public const string Schedule = "0 33 0-5 * * *";

    private readonly UpkeepFactory _upkeep;
    private readonly MaintenanceTelemetry _telemetry;

    public PurgeFunction(UpkeepFactory upkeep, MaintenanceTelemetry telemetry)
    {
        _upkeep = upkeep;
        _telemetry = telemetry;
    }

    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        _telemetry.PurgeAsync(() => _upkeep.Purge(client).RunAsync(cancellationToken));
}
