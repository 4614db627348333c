using FunctionsNotify.App.Tests.Replay;

namespace FunctionsNotify.App.Tests.Deliver;

/// <summary>A run of the delivery orchestrator, with what it asked for by its meaning.</summary>
internal sealed class DeliverRun
{
    private readonly OrchestrationRun<DeliveryReport> _run;

    private DeliverRun(OrchestrationRun<DeliveryReport> run) => _run = run;

    public DeliveryReport Output => _run.Output;

    public DateTime EndedAt => _run.EndedAt;

    public IReadOnlyList<DeliveryReport> Statuses => [.. _run.Statuses.Select(status => WorkerJson.Read<DeliveryReport>(status)!)];

    public IReadOnlyList<string?> RawStatuses => _run.Statuses;

    public IReadOnlyList<string> Actions => [.. _run.Actions.Select(action => action.Name)];

    public IReadOnlyList<(SendAttemptInput Input, DateTime At, DateTime EndedAt)> Sends =>
        [.. Of(SendAttemptFunction.Name).Select(action => (WorkerJson.Read<SendAttemptInput>(action.Input)!, _run.ScheduledAt(action), _run.EndOf(action)!.Value))];

    public IReadOnlyList<(Delivery Delivery, DateTime At)> Outcomes =>
        [.. Of(RecordOutcomeFunction.Name).Select(action => (WorkerJson.Read<Delivery>(action.Input)!, _run.ScheduledAt(action)))];

    public IReadOnlyList<(DateTime FireAt, DateTime At, bool Fired)> Timers =>
        [.. _run.Actions.Where(action => action.Kind == ActionKind.Timer).Select(action => (action.FireAt!.Value, _run.ScheduledAt(action), _run.EndOf(action) is not null))];

    /// <summary>Runs a delivery whose attempts come to these kinds, the last one again and again.</summary>
    public static DeliverRun Of(params AttemptKind[] kinds) => Of(Given.Input(), Results(kinds));

    public static DeliverRun Of(
        DeliveryInput input,
        Func<ActivityCall, ActivityEnd> activity,
        IReadOnlyList<(TimeSpan After, string Name, string? Payload)>? events = null,
        TimeSpan timersEarlyBy = default) => new(OrchestrationRun<DeliveryReport>.ToItsEnd(
            DeliverOrchestrator.RunAsync,
            input.DeliveryId,
            input,
            new World { Activity = activity, Events = events ?? [], TimersEarlyBy = timersEarlyBy }));

    /// <summary>Attempts that come to these kinds; no end is recorded with them.</summary>
    public static Func<ActivityCall, ActivityEnd> Results(params AttemptKind[] kinds) => call => call.Name == SendAttemptFunction.Name
        ? ActivityEnd.Done(new SentAttempt(Given.Result(kinds[Math.Min(call.Number, kinds.Length) - 1], "CODE")))
        : Recorded(call);

    /// <summary>The end that an orchestrator asks for is recorded.</summary>
    public static ActivityEnd Recorded(ActivityCall call, TimeSpan? duration = null) => ActivityEnd.Done(RecordedEnd.Of(WorkerJson.Read<Delivery>(call.Input)!), duration);

    public static (TimeSpan After, string Name, string? Payload) Command(double afterSeconds, CommandKind kind, int? expectedAttempt = null, string id = "c-1") => (
        TimeSpan.FromSeconds(afterSeconds),
        DeliveryCommand.EventName,
        WorkerJson.Write(new DeliveryCommand { Id = id, Kind = kind, ExpectedAttempt = expectedAttempt, Actor = "tester" }));

    public static (TimeSpan After, string Name, string? Payload) Raw(double afterSeconds, string? payload) =>
        (TimeSpan.FromSeconds(afterSeconds), DeliveryCommand.EventName, payload);

    private IEnumerable<ScheduledAction> Of(string activity) => _run.Actions.Where(action => action.Kind == ActionKind.Activity && action.Name == activity);
}
