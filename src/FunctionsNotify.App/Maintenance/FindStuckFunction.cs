using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Asks the platform for what the index cannot show: see StuckDeliverySearch.
internal sealed class FindStuckFunction
{
    public const string Name = "FindStuck";

    public const string Schedule = "0 7 * * * *";

    private readonly UpkeepFactory _upkeep;
    private readonly MaintenanceTelemetry _telemetry;

    public FindStuckFunction(UpkeepFactory upkeep, MaintenanceTelemetry telemetry)
    {
        _upkeep = upkeep;
        _telemetry = telemetry;
    }

    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        _telemetry.FindStuckAsync(() => _upkeep.Search(client).RunAsync(cancellationToken));
}
