using System.Diagnostics;
using System.Text.Json.Nodes;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.App;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Infra.Tests.Templates;
using Attributes = FunctionsNotify.App.TelemetryNames.Attributes;
using Instruments = FunctionsNotify.App.TelemetryNames.Instruments;
using Queues = FunctionsNotify.App.TelemetryNames.Queues;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// Every alert's query runs over what the app's exporter sends in a quiet half hour with one fault in it.
[Collection(Compilation.Name)]
public sealed class AlertRunTests(CompiledInfra infra)
{
    private const int Minutes = 30;
    private const string Unacknowledged = Instruments.UnacknowledgedAge;
    private static readonly DateTimeOffset _now = new(2027, 1, 15, 3, 0, 0, TimeSpan.Zero);
    private static readonly int[] _always = [.. Enumerable.Range(0, Minutes)];

    // What a healthy app tells each minute: its upkeep and its gauges; and with traffic, one payment.
    private static readonly Action<Emitter> _upkeep = emit =>
    {
        foreach (var run in (string[])[TelemetryNames.Runs.DrainPoison, TelemetryNames.Runs.Sweep, TelemetryNames.Runs.Observe])
        {
            emit.Count(Instruments.MaintenanceRuns, 1, (Attributes.Run, run), (Attributes.Result, TelemetryNames.Results.Complete));
        }

        Gauges(emit);
    };

    private static readonly Action<Emitter> _payment = emit =>
    {
        emit.Count(Instruments.Messages, 1, (Attributes.Verdict, TelemetryNames.Verdicts.Accepted));
        Attempt(emit, AttemptKind.Acknowledged);
        emit.Count(Instruments.Outcomes, 1, (Attributes.State, nameof(DeliveryState.Delivered)), (Attributes.Cause, nameof(DeliveryCause.Acknowledged)));
        emit.Span(TelemetryNames.Spans.Outcome, ActivityKind.Producer, good: true);
    };

    private static readonly Action<Emitter> _noUpkeep = emit =>
    {
        emit.Count(Instruments.MaintenanceRuns, 1, (Attributes.Run, TelemetryNames.Runs.Sweep), (Attributes.Result, TelemetryNames.Results.Failed));
        emit.Gauge(Instruments.QueueOldestAge, 900, (Attributes.Queue, Queues.Notifications));
        emit.Gauge(Unacknowledged, 1400);
    };

    private static readonly Dictionary<string, Situation> _situations = new()
    {
        ["a quiet day"] = new([]),
        ["a day without traffic"] = new([]) { HasTraffic = false },
        ["an instance is drained (exit 143): three minutes without it, and one location failed"] = new([]) { Silent = [4, 5, 6], FailedLocations = 1 },
        ["the app is gone"] = new(["unreachable"]) { Silent = _always, FailedLocations = 3 },
        ["telemetry does not arrive"] = new(["unreachable"]) { Silent = _always },
        ["nobody reaches the app"] = new(["unreachable"]) { FailedLocations = 2 },
        ["our key is refused, and payments wait for it"] = new(["cannot-send"], emit => { Attempt(emit, AttemptKind.SetupRejected); emit.Gauge(Unacknowledged, 1200); }),
        ["nothing can be signed, so the app is not ready either"] = new(["cannot-send"], emit => Attempt(emit, AttemptKind.NotSent)) { FailedLocations = 3 },
        ["nothing can be signed, and no payment comes to show it"] = new(["unreachable"]) { HasTraffic = false, FailedLocations = 3 },
        ["one set-up refusal that healed"] = new([], emit => Attempt(emit, AttemptKind.SetupRejected)) { During = [9] },
        ["attempts are overdue and so unacknowledged"] = new(["stuck"], emit => { emit.Gauge(Instruments.OverdueAge, 1000); emit.Gauge(Unacknowledged, 1400); }),
        ["the sweeper finds a delivery that it cannot help"] = new(["stuck"], emit => emit.Count(Instruments.SweepActions, 1, (Attributes.Action, nameof(SweepAction.AlertStuck)))) { During = [3] },
        ["intake finds a broken delivery"] = new(["stuck"], emit => emit.Count(Instruments.Messages, 1, (Attributes.Verdict, TelemetryNames.Verdicts.Broken))) { During = [3] },
        ["Maintain does not run any more"] = new(["stuck"]) { Upkeep = false },
        ["Maintain runs and one part always fails"] = new(["stuck"], emit =>
        {
            emit.Count(Instruments.MaintenanceRuns, 1, (Attributes.Run, TelemetryNames.Runs.Observe), (Attributes.Result, TelemetryNames.Results.Complete));
            emit.Count(Instruments.MaintenanceRuns, 1, (Attributes.Run, TelemetryNames.Runs.Sweep), (Attributes.Result, TelemetryNames.Results.Failed));
        })
        { Upkeep = false },
        ["the search for stuck deliveries always fails"] = new(["stuck"], emit => Failed(emit, TelemetryNames.Runs.FindStuck)),
        ["the last slice of a round failed once, and the next is hours away"] = new([], emit => Failed(emit, TelemetryNames.Runs.Purge)) { During = [12] },
        ["Durable fails: nothing is taken in, upkeep fails, payments wait"] = new(["stuck"], _noUpkeep) { Upkeep = false },
        ["storage fails: all of that, and the app is not ready"] = new(["unreachable"], _noUpkeep) { Upkeep = false, FailedLocations = 3 },
        ["notifications wait on the queue"] = new(["backlog-age"], emit => emit.Gauge(Instruments.QueueOldestAge, 130, (Attributes.Queue, Queues.Notifications))),
        ["a burst waits for two minutes"] = new([], emit => emit.Gauge(Instruments.QueueOldestAge, 130, (Attributes.Queue, Queues.Notifications))) { During = [0, 1] },
        ["Alipay+ is silent"] = new(["unacknowledged-age"], emit =>
        {
            Attempt(emit, AttemptKind.NoResult);
            emit.Gauge(Instruments.Breaker, 2);
            emit.Gauge(Unacknowledged, 700);
        }),
        ["Alipay+ was silent and answers again"] = new([], emit => emit.Gauge(Unacknowledged, 700)) { During = [.. Enumerable.Range(1, Minutes - 1)] },
        ["a delivery used all its retries"] = new(["ended-unacknowledged"], emit => Ended(emit, DeliveryState.Exhausted)) { During = [7] },
        ["a payment was refused"] = new(["ended-unacknowledged"], emit => Ended(emit, DeliveryState.Rejected)) { During = [7] },
        ["an operator cancelled a delivery"] = new([], emit => Ended(emit, DeliveryState.Cancelled)) { During = [7] },
        ["outcomes cannot be published"] = new(["outcomes"], emit => emit.Span(TelemetryNames.Spans.Outcome, ActivityKind.Producer, good: false)),
        ["one publish failed and was repeated"] = new([], emit => emit.Span(TelemetryNames.Spans.Outcome, ActivityKind.Producer, good: false)) { During = [7] },
        ["nobody takes outcomes"] = new(["outcomes"], emit => emit.Gauge(Instruments.QueueOldestAge, 2000, (Attributes.Queue, Queues.Outcomes))),
        ["a message breaks a rule and is kept"] = new(["needs-a-person"], emit => emit.Gauge(Instruments.QuarantineWaiting, 1, (Attributes.State, nameof(MessageState.Invalid)))),
        ["quarantine was cleared"] = new([], emit => emit.Gauge(Instruments.QuarantineWaiting, 1, (Attributes.State, nameof(MessageState.Conflict)))) { During = [.. Enumerable.Range(1, Minutes - 1)] },
        ["a message stays in the poison queue"] = new(["needs-a-person"], emit => emit.Gauge(Instruments.QueueDepth, 1, (Attributes.Queue, Queues.Poison))),
        ["the poison queue is drained in its time"] = new([], emit => emit.Gauge(Instruments.QueueDepth, 5, (Attributes.Queue, Queues.Poison))) { During = [2, 3, 4] },
        ["the key ends in weeks"] = new(["needs-a-person"], emit => emit.Gauge(Instruments.KeyExpiresIn, 20)),
    };

    private static readonly Lazy<Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>>>>> _rows = new(RecordAllAsync);
    private static IReadOnlyDictionary<(string Situation, string Alert), int>? _results;

    public static TheoryData<string> Names => [.. _situations.Keys];

    [BicepTheory]
    [MemberData(nameof(Names))]
    public async Task Alerts_OverASituation_RaiseItsOwnAndNoOther(string situation)
    {
        var results = await ResultsAsync();

        Assert.Equal(
            _situations[situation].Expected.Order(StringComparer.Ordinal),
            results.Where(result => result.Key.Situation == situation && result.Value > 0).Select(result => result.Key.Alert).Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public void Situations_RaiseEveryAlertAtLeastOnce() => Assert.Equal(
        AlertTests.Rules(infra).Select(rule => rule.Name).Order(StringComparer.Ordinal),
        _situations.Values.SelectMany(situation => situation.Expected).Distinct().Order(StringComparer.Ordinal));

    // The fault must be in the rows, or a quiet result would prove nothing.
    [BicepFact]
    public async Task Rows_OfTheExporter_HaveWhatTheQueriesRead()
    {
        var rows = (await _rows.Value)["outcomes cannot be published"];

        Assert.Equal(1, (double)rows["AppMetrics"].First(row => (string?)row["Name"] == Instruments.Outcomes)["Sum"]!);
        Assert.Contains(rows["AppDependencies"], row => (string?)row["Name"] == TelemetryNames.Spans.Outcome && !(bool)row["Success"]!);
        Assert.Equal(Queues.Poison, (string?)rows["AppMetrics"].Last(row => (string?)row["Name"] == Instruments.QueueDepth && (string?)row["Properties"]!["queue"] == Queues.Poison)["Properties"]!["queue"]);
    }

    private async Task<IReadOnlyDictionary<(string Situation, string Alert), int>> ResultsAsync()
    {
        if (_results is { } known)
        {
            return known;
        }

        var rules = AlertTests.Rules(infra);
        var rows = await _rows.Value;
        var runs = rows.SelectMany(situation => rules.Select(rule => (Situation: situation.Key, Run: new KustoRun(rule.Name, _now.ToUnixTimeMilliseconds(), situation.Value)))).ToList();
        var results = Kusto.Run(rules.ToDictionary(rule => rule.Name, rule => rule.Query), [.. runs.Select(run => run.Run)]);
        return _results = runs.Zip(results).ToDictionary(pair => (pair.First.Situation, pair.First.Run.Query), pair => pair.Second.Count);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>>>> RecordAllAsync()
    {
        var upkeep = await ExportedRows.RecordAsync(_upkeep);
        var gauges = await ExportedRows.RecordAsync(Gauges);
        var payment = await ExportedRows.RecordAsync(_payment);
        var made = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>>>();
        foreach (var (name, situation) in _situations)
        {
            var fault = await ExportedRows.RecordAsync(situation.Fault);
            var rows = Kusto.Tables.Keys.ToDictionary(table => table, _ => new List<JsonObject>());
            foreach (var minute in _always.Except(situation.Silent))
            {
                string[] lines = [.. situation.Upkeep ? upkeep : gauges, .. situation.HasTraffic ? payment : [], .. situation.During.Contains(minute) ? fault : []];
                foreach (var (table, row) in lines.Select(ExportedRows.Of).OfType<(string, JsonObject)>())
                {
                    row["TimeGenerated"] = Time(minute);
                    rows[table].Add(row);
                }
            }

            // The platform's own rows: three locations, every five minutes.
            rows["AppAvailabilityResults"] = [.. Enumerable.Range(0, Minutes / 5).SelectMany(turn => Enumerable.Range(0, 3).Select(location => new JsonObject
            {
                ["TimeGenerated"] = Time(turn * 5),
                ["Location"] = $"location {location}",
                ["Success"] = location >= situation.FailedLocations,
            }))];
            made[name] = rows.ToDictionary(table => table.Key, table => (IReadOnlyList<JsonObject>)table.Value);
        }

        return made;

        static long Time(int minute) => _now.AddMinutes(-minute).AddSeconds(-5).ToUnixTimeMilliseconds();
    }

    private static void Gauges(Emitter emit)
    {
        foreach (var queue in (string[])[Queues.Notifications, Queues.Outcomes, Queues.Poison])
        {
            emit.Gauge(Instruments.QueueDepth, 0, (Attributes.Queue, queue));
            emit.Gauge(Instruments.QueueOldestAge, 0, (Attributes.Queue, queue));
        }

        emit.Gauge(Instruments.QuarantineWaiting, 0, (Attributes.State, nameof(MessageState.Invalid)));
        emit.Gauge(Instruments.QuarantineWaiting, 0, (Attributes.State, nameof(MessageState.Conflict)));
        emit.Gauge(Instruments.OpenDeliveries, 0);
        emit.Gauge(Instruments.OverdueAge, 0);
        emit.Gauge(Unacknowledged, 0);
        emit.Gauge(Instruments.Breaker, 0);
        emit.Gauge(Instruments.KeyExpiresIn, 400);
    }

    private static void Attempt(Emitter emit, AttemptKind kind) => emit.Count(Instruments.Attempts, 1, (Attributes.Kind, kind.ToString()), (Attributes.ResultCode, "NONE"));

    private static void Ended(Emitter emit, DeliveryState state) => emit.Count(Instruments.Outcomes, 1, (Attributes.State, state.ToString()), (Attributes.Cause, "Any"));

    private static void Failed(Emitter emit, string run) => emit.Count(Instruments.MaintenanceRuns, 1, (Attributes.Run, run), (Attributes.Result, TelemetryNames.Results.Failed));

    private sealed record Situation(string[] Expected, Action<Emitter> Fault)
    {
        public Situation(string[] expected)
            : this(expected, _ => { })
        {
        }

        // Minutes ago.
        public int[] During { get; init; } = _always;

        public int[] Silent { get; init; } = [];

        public int FailedLocations { get; init; }

        public bool HasTraffic { get; init; } = true;

        public bool Upkeep { get; init; } = true;
    }
}
