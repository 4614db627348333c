using Microsoft.DurableTask;

namespace FunctionsNotify.App.Tests.Replay;

/// <summary>
/// Runs an orchestrator to its end. After each thing that happens the orchestrator is run again from its beginning over
/// the whole history, and has to ask for the same actions in the same order: so every test is a replay test.
/// </summary>
internal sealed class OrchestrationRun<TOutput>
{
    private const int MaxEvents = 2000;

    private readonly Func<TaskOrchestrationContext, Task<TOutput>> _orchestrator;
    private readonly string _instanceId;
    private readonly string? _input;
    private readonly World _world;
    private readonly List<HistoryEvent> _history = [];
    private readonly Dictionary<int, (DateTime ScheduledAt, HistoryEvent Event)> _coming = [];
    private readonly Queue<HistoryEvent> _raised;
    private IReadOnlyList<ScheduledAction> _known = [];

    private OrchestrationRun(Func<TaskOrchestrationContext, Task<TOutput>> orchestrator, string instanceId, object? input, World world)
    {
        _orchestrator = orchestrator;
        _instanceId = instanceId;
        _input = WorkerJson.Write(input);
        _world = world;
        _raised = new Queue<HistoryEvent>(world.Events
            .OrderBy(raised => raised.After)
            .Select(raised => new HistoryEvent(World.Start + raised.After, HistoryEventKind.EventRaised, -1, raised.Name, raised.Payload)));
    }

    public IReadOnlyList<ScheduledAction> Actions => _known;

    public IReadOnlyList<HistoryEvent> History => _history;

    public IReadOnlyList<string?> Statuses { get; private set; } = [];

    public TOutput Output { get; private set; } = default!;

    public DateTime EndedAt => _history.Count == 0 ? World.Start : _history[^1].At;

    public DateTime ScheduledAt(ScheduledAction action) => _coming[action.Id].ScheduledAt;

    public DateTime? EndOf(ScheduledAction action) => _history.Find(happened => happened.ActionId == action.Id)?.At;

    public static OrchestrationRun<TOutput> ToItsEnd(Func<TaskOrchestrationContext, Task<TOutput>> orchestrator, string instanceId, object? input, World world)
    {
        var run = new OrchestrationRun<TOutput>(orchestrator, instanceId, input, world);
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            run.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        return run;
    }

    private void Run()
    {
        while (true)
        {
            var (context, task) = Episode();
            if (task.IsCompleted)
            {
                Output = task.GetAwaiter().GetResult();
                Assert.Equal([], context.OpenTimers);
                return;
            }

            Assert.True(_history.Count < MaxEvents, "The orchestrator does not come to an end.");
            _history.Add(Next(context) ?? throw new InvalidOperationException("The orchestrator waits for something that is not the context's."));
        }
    }

    private (ReplayContext Context, Task<TOutput> Task) Episode()
    {
        var context = new ReplayContext(_instanceId, _input, World.Start);
        var task = _orchestrator(context);
        for (var index = 0; index < _history.Count; index++)
        {
            context.Deliver(_history[index], replaying: index < _history.Count - 1);
        }

        // Durable fails an instance whose replay differs in the kind, name or order of its actions. Inputs and times must
        // not differ either: they were sent.
        Assert.Equal(_known, context.Actions.Take(_known.Count));
        foreach (var action in context.Actions.Skip(_known.Count).ToList())
        {
            _coming[action.Id] = (EndedAt, Foresee(action, context.Actions));
        }

        _known = [.. context.Actions];
        Statuses = [.. context.Statuses];
        return (context, task);
    }

    private HistoryEvent Foresee(ScheduledAction action, List<ScheduledAction> all)
    {
        if (action.Kind == ActionKind.Timer)
        {
            var at = action.FireAt!.Value - _world.TimersEarlyBy;
            return new HistoryEvent(at > EndedAt ? at : EndedAt, HistoryEventKind.TimerFired, action.Id, null, null);
        }

        var number = all.Take(action.Id + 1).Count(other => other.Kind == ActionKind.Activity && other.Name == action.Name);
        var end = _world.Activity(new ActivityCall(action.Name, number, action.Input, EndedAt));
        return end.Error is null
            ? new HistoryEvent(EndedAt + end.Duration, HistoryEventKind.ActivityCompleted, action.Id, null, WorkerJson.Write(end.Result))
            : new HistoryEvent(EndedAt + end.Duration, HistoryEventKind.ActivityFailed, action.Id, null, end.Error);
    }

    private HistoryEvent? Next(ReplayContext context)
    {
        var next = _known.Where(action => context.IsOpen(action.Id)).Select(action => _coming[action.Id].Event).MinBy(coming => coming.At);
        return _raised.TryPeek(out var raised) && (next is null || raised.At <= next.At) ? _raised.Dequeue() : next;
    }
}
