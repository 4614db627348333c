using FunctionsNotify.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary>Asks the platform for what the index cannot show: see <see cref="Deliveries.StuckDeliverySearch"/>.</summary>
public sealed class FindStuckFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "FindStuck";

    /// <summary>Every hour, beside the sweeper's minutes: the query is a scan.</summary>
    public const string Schedule = "0 7 * * * *";

    private readonly UpkeepFactory _upkeep;
    private readonly MaintenanceTelemetry _telemetry;

    /// <summary>Makes the function.</summary>
    /// <param name="upkeep">Makes the use case for one call.</param>
    /// <param name="telemetry">Counts the run and what it does.</param>
    public FindStuckFunction(UpkeepFactory upkeep, MaintenanceTelemetry telemetry)
    {
        _upkeep = upkeep;
        _telemetry = telemetry;
    }

    /// <summary>One run.</summary>
    /// <param name="timer">The schedule's times.</param>
    /// <param name="client">Reads and steers orchestrations.</param>
    /// <param name="cancellationToken">The host stops; a later run goes on.</param>
    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        _telemetry.FindStuckAsync(() => _upkeep.Search(client).RunAsync(cancellationToken));
}
