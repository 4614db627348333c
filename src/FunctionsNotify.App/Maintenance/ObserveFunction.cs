using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// Looks at queues, quarantine, open deliveries and the key's end, for the gauges: see Observer.
internal sealed class ObserveFunction
{
    public const string Name = "Observe";

    public const string Schedule = "30 * * * * *";

    private readonly Observer _observer;
    private readonly ObservationTelemetry _gauges;
    private readonly MaintenanceTelemetry _runs;

    public ObserveFunction(Observer observer, ObservationTelemetry gauges, MaintenanceTelemetry runs)
    {
        _observer = observer;
        _gauges = gauges;
        _runs = runs;
    }

    [Function(Name)]
    public async Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        _gauges.Record(await _runs.ObserveAsync(() => _observer.ObserveAsync(cancellationToken)).ConfigureAwait(false));
}
