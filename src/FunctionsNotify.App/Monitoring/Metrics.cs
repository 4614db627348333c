using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Names = FunctionsNotify.App.TelemetryNames.Instruments;

namespace FunctionsNotify.App;

// Every instrument of the app; what each means and which attributes it has stands at its name. Recorded in triggers,
// activities and the timer, never where an orchestrator decides: it replays and would count again. An attempt that a
// crash makes run twice counts twice.
internal sealed class Metrics
{
    // A gauge that went on with an old value would hide that nobody looks any more.
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    // The fields that an unconfirmed rule speaks of. A message may hold any other name, and none may make a series of its own.
    public static readonly FrozenSet<string> RuleFields = FrozenSet.ToFrozenSet(
        ["paymentResult.resultCode", "paymentResult.resultMessage", "paymentId", "paymentRequestId", "paymentTime", "envelope.traceparent", "envelope.tracestate"],
        StringComparer.Ordinal);

    // The platform's defaults are made for milliseconds.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400],
    };

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _warnings;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _answerWarnings;
    private readonly Counter<long> _postponements;
    private readonly Counter<long> _outcomes;
    private readonly Counter<long> _progressFailures;
    private readonly Counter<long> _runs;
    private readonly Counter<long> _actions;
    private readonly Counter<long> _purged;
    private readonly Counter<long> _faults;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lateness;
    private readonly Histogram<double> _acknowledgement;
    private volatile Look? _last;

    public Metrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(TelemetryNames.Source);
        _messages = _meter.CreateCounter<long>(Names.Messages, "{message}", "Messages that intake was done with");
        _warnings = _meter.CreateCounter<long>(Names.RuleWarnings, "{warning}", "Unconfirmed rules that accepted messages break");
        _attempts = _meter.CreateCounter<long>(Names.Attempts, "{attempt}", "Attempts that were made");
        _answerWarnings = _meter.CreateCounter<long>(Names.AnswerWarnings, "{warning}", "What was odd about answers that counted");
        _postponements = _meter.CreateCounter<long>(Names.Postponements, "{postponement}", "Attempts that were put off with nothing tried");
        _outcomes = _meter.CreateCounter<long>(Names.Outcomes, "{outcome}", "Outcomes that were published");
        _progressFailures = _meter.CreateCounter<long>(Names.ProgressFailures, "{attempt}", "Attempts whose index row or end was not recorded with them");
        _runs = _meter.CreateCounter<long>(Names.MaintenanceRuns, "{run}", "Runs of what runs by a clock");
        _actions = _meter.CreateCounter<long>(Names.SweepActions, "{action}", "What the sweeper and the search for stuck deliveries did");
        _purged = _meter.CreateCounter<long>(Names.PurgedItems, "{item}", "Histories, claims and quarantine records that were removed after their retention");
        _faults = _meter.CreateCounter<long>(Names.UpkeepFaults, "{item}", "Deliveries and claims that could not be swept or purged");
        _duration = Seconds(Names.AttemptDuration, "How long attempts took");
        _lateness = Seconds(Names.AttemptLateness, "From an attempt's due time to its start");
        _acknowledgement = Seconds(Names.AcknowledgementTime, "From the message's insertion on the queue to the acknowledgement");

        _meter.CreateObservableGauge(Names.QueueDepth, () => Fresh?.Queues?.Select(queue => Measure(queue.Depth, TelemetryNames.Attributes.Queue, queue.Queue)) ?? [], "{message}", "Messages, as the service estimates them");
        _meter.CreateObservableGauge(Names.QueueOldestAge, () => Fresh?.Queues?.Select(queue => Measure(queue.OldestAge?.TotalSeconds ?? 0, TelemetryNames.Attributes.Queue, queue.Queue)) ?? [], "s", "Age of the oldest message that can be seen");
        _meter.CreateObservableGauge(Names.QuarantineWaiting, Waiting, "{record}", "Quarantine records that wait for an operator");
        _meter.CreateObservableGauge(Names.OpenDeliveries, () => Only(Fresh?.Deliveries?.Open), "{delivery}", "Deliveries that are open, as the index knows");
        _meter.CreateObservableGauge(Names.OverdueAge, () => Only(Fresh is { } seen ? seen.Deliveries?.OverdueAt(seen.At).TotalSeconds : null), "s", "How long the most overdue delivery is overdue");
        _meter.CreateObservableGauge(Names.UnacknowledgedAge, () => Only(Fresh is { } seen ? seen.Deliveries?.UnacknowledgedAt(seen.At).TotalSeconds : null), "s", "How long ago the oldest open delivery was accepted");
        _meter.CreateObservableGauge(Names.KeyExpiresIn, () => Only((Fresh?.KeyExpiresAt - _time.GetUtcNow())?.TotalDays), "d", "Until our signing key ends");

        Histogram<double> Seconds(string name, string description) => _meter.CreateHistogram(name, "s", description, tags: null, _seconds);
    }

    private Observation? Fresh => _last is { } last && _time.GetElapsedTime(last.At) <= FreshFor ? last.Seen : null;

    public void TakenIn(IntakeReading reading, string verdict)
    {
        _messages.Add(1, Tag(TelemetryNames.Attributes.Verdict, verdict));
        foreach (var warning in reading.IsAccepted ? reading.Violations : [])
        {
            _warnings.Add(1, Tag(TelemetryNames.Attributes.Field, RuleFields.TryGetValue(warning.Field, out var listed) ? listed : TelemetryNames.Others.Other));
        }
    }

    public void Late(double seconds, bool isRetry) => _lateness.Record(seconds, Tag(TelemetryNames.Attributes.Retry, isRetry ? "true" : "false"));

    public void Attempted(AttemptResult result)
    {
        if (result.Kind == AttemptKind.Postponed)
        {
            _postponements.Add(1, Tag(TelemetryNames.Attributes.Reason, result.PostponeReason?.ToString() ?? TelemetryNames.Others.None));
            return;
        }

        var kind = Tag(TelemetryNames.Attributes.Kind, result.Kind.ToString());
        _attempts.Add(1, kind, Tag(TelemetryNames.Attributes.ResultCode, ResultCodeCatalogue.MetricLabel(result.ResultCode)));
        _duration.Record(result.Duration.TotalSeconds, kind);
        if (result.Warnings == AnswerWarnings.None)
        {
            return;
        }

        foreach (var warning in Enum.GetValues<AnswerWarnings>().Where(warning => warning != AnswerWarnings.None && result.Warnings.HasFlag(warning)))
        {
            _answerWarnings.Add(1, Tag(TelemetryNames.Attributes.Warning, warning.ToString()));
        }
    }

    public void Acknowledged(double seconds, bool isRetry) =>
        _acknowledgement.Record(seconds, Tag(TelemetryNames.Attributes.Attempt, isRetry ? TelemetryNames.AttemptPlaces.Retry : TelemetryNames.AttemptPlaces.First));

    public void Published(Outcome outcome)
    {
        var (state, cause) = outcome switch
        {
            DeliveryOutcome delivery => (delivery.State.ToString(), delivery.Cause.ToString()),
            MessageOutcome message => (message.State.ToString(), TelemetryNames.Others.Message),
            _ => (TelemetryNames.Others.Other, TelemetryNames.Others.Other),
        };
        _outcomes.Add(1, Tag(TelemetryNames.Attributes.State, state), Tag(TelemetryNames.Attributes.Cause, cause));
    }

    public void ProgressFailed() => _progressFailures.Add(1);

    public void Ran(string run, string result) => _runs.Add(1, Tag(TelemetryNames.Attributes.Run, run), Tag(TelemetryNames.Attributes.Result, result));

    public void Swept(string run, SweepReport report)
    {
        foreach (var (action, count) in report.Actions)
        {
            Add(_actions, count, TelemetryNames.Attributes.Action, action.ToString());
        }

        Add(_faults, report.Faults, TelemetryNames.Attributes.Run, run);
    }

    public void Purged(PurgeReport report)
    {
        Add(_purged, report.Histories, TelemetryNames.Attributes.Kind, "history");
        Add(_purged, report.Claims, TelemetryNames.Attributes.Kind, "claim");
        Add(_purged, report.Records, TelemetryNames.Attributes.Kind, "record");
        Add(_faults, report.Faults, TelemetryNames.Attributes.Run, TelemetryNames.Runs.Purge);
    }

    // Told by the gauges for as long as it is fresh.
    public void Observed(Observation observation) => _last = new Look(observation, _time.GetTimestamp());

    // Of this instance, from its first send on: one that never sends has no breaker to tell of.
    public void Watch(Func<BreakerState> breaker) => _meter.CreateObservableGauge(
        Names.Breaker, () => (int)breaker(), unit: null, "The breaker of this instance: 0 closed, 1 half-open, 2 open");

    private IEnumerable<Measurement<int>> Waiting() => Fresh?.Quarantine is { } waiting
        ?
        [
            Measure(waiting.Invalid, TelemetryNames.Attributes.State, nameof(MessageState.Invalid)),
            Measure(waiting.Conflict, TelemetryNames.Attributes.State, nameof(MessageState.Conflict)),
        ]
        : [];

    private static IEnumerable<Measurement<T>> Only<T>(T? value)
        where T : struct => value is { } known ? [new(known)] : [];

    private static Measurement<T> Measure<T>(T value, string attribute, string label)
        where T : struct => new(value, Tag(attribute, label));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static void Add(Counter<long> counter, int count, string attribute, string value)
    {
        if (count > 0)
        {
            counter.Add(count, Tag(attribute, value));
        }
    }

    private sealed record Look(Observation Seen, long At);
}
