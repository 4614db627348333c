using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Replay;

/// <summary>
/// One run of an orchestrator over a history, as the worker does it: on one thread, actions numbered in order, the newest
/// waiter gets the event, events without a waiter are kept.
/// </summary>
internal sealed class ReplayContext : TaskOrchestrationContext
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly string? _input;
    private readonly Dictionary<int, Action<HistoryEvent>> _open = [];
    private readonly Dictionary<string, Stack<Action<string?>>> _waiters = [];
    private readonly Dictionary<string, Queue<string?>> _kept = [];
    private DateTime _now;
    private bool _replaying;

    public ReplayContext(string instanceId, string? input, DateTime startedAt)
    {
        InstanceId = instanceId;
        _input = input;
        _now = startedAt;
    }

    public List<ScheduledAction> Actions { get; } = [];

    public List<string?> Statuses { get; } = [];

    public IEnumerable<int> OpenTimers => _open.Keys.Where(id => Actions[id].Kind == ActionKind.Timer);

    public override TaskName Name => "Orchestrator";

    public override string InstanceId { get; }

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => OnThread(_now);

    public override bool IsReplaying => _replaying;

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    public bool IsOpen(int actionId) => _open.ContainsKey(actionId);

    public void Deliver(HistoryEvent happened, bool replaying)
    {
        _now = happened.At;
        _replaying = replaying;
        if (happened.Kind == HistoryEventKind.EventRaised)
        {
            Raise(happened.Name!, happened.Payload);
        }
        else if (_open.Remove(happened.ActionId, out var end))
        {
            end(happened);
        }
    }

    public override T? GetInput<T>()
        where T : default => OnThread(WorkerJson.Read<T>(_input));

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
        OnThread(options?.Retry?.Policy) is { } policy ? RetryAsync<TResult>(name, input, policy) : Schedule<TResult>(name, input);

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        Assert.Equal(DateTimeKind.Utc, fireAt.Kind);
        var fired = new TaskCompletionSource();
        var id = Add(ActionKind.Timer, "timer", null, fireAt);
        _open[id] = _ => fired.TrySetResult();
        cancellationToken.Register(() =>
        {
            OnThread(0);
            _open.Remove(id);
            fired.TrySetCanceled(cancellationToken);
        });
        return fired.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        Assert.Equal(CancellationToken.None, cancellationToken);
        var raised = new TaskCompletionSource<T>();
        Of(_waiters, OnThread(eventName)).Push(payload => raised.SetResult(WorkerJson.Read<T>(payload)!));
        if (Of(_kept, eventName).TryDequeue(out var kept))
        {
            Raise(eventName, kept);
        }

        return raised.Task;
    }

    public override void SetCustomStatus(object? customStatus) => Statuses.Add(OnThread(WorkerJson.Write(customStatus)));

    public override ILogger CreateReplaySafeLogger(string categoryName) => NullLogger.Instance;

    public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        throw new NotSupportedException();

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => throw new NotSupportedException();

    public override Guid NewGuid() => throw new NotSupportedException();

    private static TValue Of<TValue>(Dictionary<string, TValue> all, string name)
        where TValue : new()
    {
        if (!all.TryGetValue(name, out var value))
        {
            all[name] = value = new TValue();
        }

        return value;
    }

    private Task<TResult> Schedule<TResult>(TaskName name, object? input)
    {
        var ended = new TaskCompletionSource<TResult>();
        var id = Add(ActionKind.Activity, name.Name, WorkerJson.Write(input), null);
        _open[id] = happened =>
        {
            if (happened.Kind == HistoryEventKind.ActivityFailed)
            {
                ended.SetException(new TaskFailedException(name.Name, id, new IOException(happened.Payload)));
            }
            else
            {
                ended.SetResult(WorkerJson.Read<TResult>(happened.Payload)!);
            }
        };
        return ended.Task;
    }

    // The rules of DurableTask.Core's RetryInterceptor.
    private async Task<TResult> RetryAsync<TResult>(TaskName name, object? input, RetryPolicy policy)
    {
        var startedAt = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Schedule<TResult>(name, input);
            }
            catch (TaskFailedException) when (attempt < policy.MaxNumberOfAttempts
                && (policy.RetryTimeout == Timeout.InfiniteTimeSpan || CurrentUtcDateTime < startedAt + policy.RetryTimeout))
            {
                var pause = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
                await CreateTimer(CurrentUtcDateTime + TimeSpan.FromMilliseconds(Math.Min(pause, policy.MaxRetryInterval.TotalMilliseconds)), CancellationToken.None);
            }
        }
    }

    private int Add(ActionKind kind, string name, string? input, DateTime? fireAt)
    {
        OnThread(0);
        Actions.Add(new ScheduledAction(Actions.Count, kind, name, input, fireAt));
        return Actions.Count - 1;
    }

    private void Raise(string name, string? payload)
    {
        if (Of(_waiters, name).TryPop(out var waiter))
        {
            waiter(payload);
        }
        else
        {
            Of(_kept, name).Enqueue(payload);
        }
    }

    private T OnThread<T>(T value) => Environment.CurrentManagedThreadId == _thread
        ? value
        : throw new InvalidOperationException("The orchestrator left its thread: it awaited a task that is not the context's.");
}
