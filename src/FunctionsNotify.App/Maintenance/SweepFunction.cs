using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed class SweepFunction
{
    public const string Name = "Sweep";

    public const string Schedule = "0 */5 * * * *";

    private readonly UpkeepFactory _upkeep;
    private readonly MaintenanceTelemetry _telemetry;

    public SweepFunction(UpkeepFactory upkeep, MaintenanceTelemetry telemetry)
    {
        _upkeep = upkeep;
        _telemetry = telemetry;
    }

    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        _telemetry.SweepAsync(() => _upkeep.Sweeper(client).RunAsync(cancellationToken));
}
