using FunctionsNotify.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary>Sweeps the index: see <see cref="Deliveries.Sweeper"/>.</summary>
public sealed class SweepFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Sweep";

    /// <summary>Every five minutes.</summary>
    public const string Schedule = "0 */5 * * * *";

    private readonly UpkeepFactory _upkeep;
    private readonly MaintenanceTelemetry _telemetry;

    /// <summary>Makes the function.</summary>
    /// <param name="upkeep">Makes the use case for one call.</param>
    /// <param name="telemetry">Counts the run and what it does.</param>
    public SweepFunction(UpkeepFactory upkeep, MaintenanceTelemetry telemetry)
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
        _telemetry.SweepAsync(() => _upkeep.Sweeper(client).RunAsync(cancellationToken));
}
