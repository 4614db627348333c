using FunctionsNotify.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary>Removes what has ended for longer than its retention: see <see cref="Deliveries.Purge"/>.</summary>
public sealed class PurgeFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Purge";

    /// <summary>Every night, six bounded runs (UTC, unless the app sets another zone).</summary>
    public const string Schedule = "0 33 0-5 * * *";

    private readonly UpkeepFactory _upkeep;
    private readonly MaintenanceTelemetry _telemetry;

    /// <summary>Makes the function.</summary>
    /// <param name="upkeep">Makes the use case for one call.</param>
    /// <param name="telemetry">Counts the run and what it does.</param>
    public PurgeFunction(UpkeepFactory upkeep, MaintenanceTelemetry telemetry)
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
        _telemetry.PurgeAsync(() => _upkeep.Purge(client).RunAsync(cancellationToken));
}
