using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary>Looks at queues, quarantine, open deliveries and the key's end, for the gauges: see <see cref="Observer"/>.</summary>
public sealed class ObserveFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "Observe";

    /// <summary>Every minute, between the starts of the other timers.</summary>
    public const string Schedule = "30 * * * * *";

    private readonly Observer _observer;
    private readonly ObservationTelemetry _gauges;
    private readonly MaintenanceTelemetry _runs;

    /// <summary>Makes the function.</summary>
    /// <param name="observer">The use case.</param>
    /// <param name="gauges">Tell what it saw.</param>
    /// <param name="runs">Counts the run.</param>
    public ObserveFunction(Observer observer, ObservationTelemetry gauges, MaintenanceTelemetry runs)
    {
        _observer = observer;
        _gauges = gauges;
        _runs = runs;
    }

    /// <summary>One run.</summary>
    /// <param name="timer">The schedule's times.</param>
    /// <param name="cancellationToken">The host stops.</param>
    [Function(Name)]
    public async Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        _gauges.Record(await _runs.ObserveAsync(() => _observer.ObserveAsync(cancellationToken)).ConfigureAwait(false));
}
