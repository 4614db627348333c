using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

// Tells the last observation whenever it is asked, for as long as it is fresh, and then nothing: a gauge that went on
// with an old value would hide that nobody looks any more.
internal sealed class ObservationTelemetry
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time;
    private Kept? _last;

    public ObservationTelemetry(IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _time = time;
        var meter = meters.Create(TelemetryNames.Source);
        meter.CreateObservableGauge(TelemetryNames.Instruments.QueueDepth, QueueDepths, "{message}", "Messages, as the service estimates them");
        meter.CreateObservableGauge(TelemetryNames.Instruments.QueueOldestAge, QueueAges, "s", "Age of the oldest message that can be seen");
        meter.CreateObservableGauge(TelemetryNames.Instruments.QuarantineWaiting, Quarantine, "{record}", "Quarantine records that wait for an operator");
        meter.CreateObservableGauge(TelemetryNames.Instruments.OpenDeliveries, Open, "{delivery}", "Deliveries that are open, as the index knows");
        meter.CreateObservableGauge(TelemetryNames.Instruments.OverdueAge, Overdue, "s", "How long the most overdue delivery is overdue");
        meter.CreateObservableGauge(TelemetryNames.Instruments.KeyExpiresIn, KeyExpiresIn, "d", "Until our signing key ends");
    }

    private Observation? Fresh =>
        Volatile.Read(ref _last) is { } kept && _time.GetElapsedTime(kept.Timestamp) <= FreshFor ? kept.Observation : null;

    public void Record(Observation observation) => Volatile.Write(ref _last, new Kept(observation, _time.GetTimestamp()));

    private static Measurement<T> Measure<T>(T value, string attribute, string label)
        where T : struct => new(value, Tags.Of(attribute, label));

    private IEnumerable<Measurement<int>> QueueDepths() =>
        Fresh?.Queues?.Select(queue => Measure(queue.Depth, TelemetryNames.Attributes.Queue, queue.Queue)) ?? [];

    private IEnumerable<Measurement<double>> QueueAges() =>
        Fresh?.Queues?.Select(queue => Measure(queue.OldestAge?.TotalSeconds ?? 0, TelemetryNames.Attributes.Queue, queue.Queue)) ?? [];

    private IEnumerable<Measurement<int>> Quarantine() => Fresh?.Quarantine is { } waiting
        ?
        [
            Measure(waiting.Invalid, TelemetryNames.Attributes.State, nameof(MessageState.Invalid)),
            Measure(waiting.Conflict, TelemetryNames.Attributes.State, nameof(MessageState.Conflict)),
        ]
        : [];

    private IEnumerable<Measurement<int>> Open() => Fresh?.Deliveries is { } deliveries ? [new(deliveries.Open)] : [];

    private IEnumerable<Measurement<double>> Overdue() =>
        Fresh is { Deliveries: { } deliveries } seen ? [new(deliveries.OverdueAt(seen.At).TotalSeconds)] : [];

    private IEnumerable<Measurement<double>> KeyExpiresIn() =>
        Fresh?.KeyExpiresAt is { } end ? [new((end - _time.GetUtcNow()).TotalDays)] : [];

    private sealed record Kept(Observation Observation, long Timestamp);
}
