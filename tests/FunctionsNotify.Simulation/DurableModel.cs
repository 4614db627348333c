using System.Text.Json;
using DurableTask.Core.Exceptions;
using FunctionsNotify.Simulation.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.Simulation;

// Durable on Azure Storage, by what its sources do: a start is a query, a message and an insert, and nothing holds them
// together; a turn replays the whole history, sends what it decided and only then writes it down; activities run at least
// once; whatever is too large for a message is a blob, found by the instance's id.
internal sealed class DurableModel(World world)
{
    // Larger payloads are blobs: 45 KiB of UTF-16.
    private const int LargeMessage = 22 * 1024;

    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _outOfOrder = TimeSpan.FromSeconds(30);

    private readonly SortedDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _blobs = new(StringComparer.Ordinal);
    private int _number;

    public IEnumerable<Instance> Instances => _instances.Values;

    // The instances that the platform ended by itself.
    public HashSet<string> Broken { get; } = new(StringComparer.Ordinal);

    private Loop Loop => world.Loop;

    // What a client sees: an instance that has a row.
    public Instance? Find(string id) => _instances.GetValueOrDefault(id) is { Row: not null } instance ? instance : null;

    public async Task StartAsync(Process process, string id, string input, CancellationToken cancellationToken)
    {
        var exists = await CallAsync(process, "start", $"start of {id}: query", () => Find(id) is not null, cancellationToken);
        if (exists)
        {
            throw new OrchestrationAlreadyExistsException(id);
        }

        var execution = ++_number;
        await CallAsync(process, "start", $"start of {id}: message", () =>
        {
            var instance = Of(id);
            Post(instance, new Message(MessageKind.Started, execution) { Payload = Keep(instance, input) });
            return 0;
        }, cancellationToken);
        await CallAsync(process, "start", $"start of {id}: row", () =>
        {
            // Whoever else wrote it first, it stands, and the caller is not told.
            Of(id).Row ??= execution;
            return 0;
        }, cancellationToken);
    }

    public Task RaiseAsync(Process process, string id, string name, string? payload, CancellationToken cancellationToken) => CallAsync(process, "durable", $"event for {id}", () =>
    {
        if (Find(id) is not { IsFinished: false } instance)
        {
            throw new InvalidOperationException("The instance takes no events.");
        }

        Post(instance, new Message(MessageKind.Event, 0) { Name = name, Payload = payload });
        return 0;
    }, cancellationToken);

    public Task TerminateAsync(Process process, string id, CancellationToken cancellationToken) => CallAsync(process, "durable", $"terminate {id}", () =>
    {
        if (Find(id) is { IsFinished: false } instance)
        {
            End(instance, OrchestrationRuntimeStatus.Terminated);
        }

        return 0;
    }, cancellationToken);

    public Task<T> ReadAsync<T>(Process process, string what, Func<T> read, CancellationToken cancellationToken) => CallAsync(process, "durable", what, read, cancellationToken);

    // The blobs, the history, the row; by prefix of the id, as the platform does it.
    public async Task<int> PurgeAsync(Process process, string id, CancellationToken cancellationToken)
    {
        var prefix = world.Defect == Defect.PrefixIds && id.LastIndexOf('~') is > 3 and var at ? id[..at] : id;
        await CallAsync(process, "durable", $"purge of {id}: blobs", () =>
        {
            foreach (var name in _blobs.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList())
            {
                _blobs.Remove(name);
                if (_instances.Values.FirstOrDefault(instance => instance.Id != id && instance.Blobs.Contains(name)) is { } other)
                {
                    world.Oracle.Break("purging one delivery takes nothing of another", $"the purge of {id} took {name} of {other.Id}");
                }
            }

            return 0;
        }, cancellationToken);
        return await CallAsync(process, "durable", $"purge of {id}: rows", () => _instances.Remove(id) ? 1 : 0, cancellationToken);
    }

    public string? Load(Instance instance, string? payload) => payload is null || !instance.Blobs.Contains(payload) ? payload
        : _blobs.TryGetValue(payload, out var text) ? text : throw new InvalidOperationException($"The blob {payload} is gone.");

    // The platform's own doing: no turn and no operator ended it.
    public void Break(Instance instance, OrchestrationRuntimeStatus status)
    {
        Broken.Add(instance.Id);
        End(instance, status);
    }

    // By a person's hand, past the app. What comes meanwhile waits.
    public void Suspend(Instance instance)
    {
        Loop.Tell($"{instance.Id} is suspended");
        (instance.IsSuspended, instance.Status) = (true, OrchestrationRuntimeStatus.Suspended);
    }

    public void Resume(Instance instance)
    {
        if (instance.IsSuspended && !instance.IsFinished)
        {
            Loop.Tell($"{instance.Id} is resumed");
            (instance.IsSuspended, instance.Status) = (false, OrchestrationRuntimeStatus.Running);
            Wake(instance, Loop.Milliseconds(5, 500));
        }
    }

    private void End(Instance instance, OrchestrationRuntimeStatus status)
    {
        Loop.Tell($"{instance.Id} is {status}");
        instance.Row ??= instance.Execution;
        instance.Status = status;
        instance.UpdatedAt = Loop.Now;
        instance.Inbox.Clear();
    }

    private Task<T> CallAsync<T>(Process process, string service, string what, Func<T> effect, CancellationToken cancellationToken) =>
        world.CallAsync(process, service, what, effect, () => Loop.Chance(0.5) ? new IOException("The host does not answer.") : new TaskCanceledException("The host did not answer in time."), cancellationToken);

    private Instance Of(string id)
    {
        if (!_instances.TryGetValue(id, out var instance))
        {
            _instances[id] = instance = new Instance(id) { CreatedAt = Loop.Now, UpdatedAt = Loop.Now };
        }

        return instance;
    }

    // A large payload as a blob's name.
    private string? Keep(Instance instance, string? payload)
    {
        if (payload is null || payload.Length <= LargeMessage)
        {
            return payload;
        }

        var name = $"{instance.Id}/message-{++_number}";
        _blobs[name] = payload;
        instance.Blobs.Add(name);
        return name;
    }

    private void Post(Instance instance, Message message)
    {
        instance.Inbox.Add(message with { At = Loop.Now });
        Wake(instance, Loop.Milliseconds(5, 500));
    }

    private void Wake(Instance instance, TimeSpan after) => Loop.After(after, () => Turn(instance));

    private void Turn(Instance instance)
    {
        if (instance.IsFinished || instance.IsSuspended || !_instances.ContainsKey(instance.Id) || !instance.HasWork)
        {
            return;
        }

        // One turn at a time; that of a dead process ends with its lease.
        if (instance.Owner is { } owner && (!owner.IsDead || Loop.Now < instance.LeasedUntil))
        {
            Wake(instance, owner.IsDead ? instance.LeasedUntil - Loop.Now : TimeSpan.FromSeconds(1));
            return;
        }

        if (world.AnyProcess() is not { } process || world.Weather.IsAway("durable"))
        {
            Wake(instance, TimeSpan.FromSeconds(5));
            return;
        }

        Sort(instance);
        if (!instance.IsStarted || (instance.Actions is not null && instance.Inbox.All(message => IsOutOfOrder(instance, message))))
        {
            Wake(instance, TimeSpan.FromSeconds(5));
            return;
        }

        instance.Owner = process;
        instance.LeasedUntil = Loop.Now + _lease;
        // Its messages are seen again when the lease ends, should the process die meanwhile.
        Wake(instance, _lease);
        Loop.Run(process, $"turn of {instance.Id}", null, () => TurnAsync(process, instance), fault =>
        {
            instance.Owner = null;
            if (instance.HasWork)
            {
                // What failed is taken up again when its messages are seen again.
                Wake(instance, fault is null ? TimeSpan.FromMilliseconds(50) : _lease);
            }
        });
    }

    // Takes the start that the row names; others of it are discarded, as are answers to what was never asked.
    private void Sort(Instance instance)
    {
        if (!instance.IsStarted && instance.Row is { } execution && instance.Inbox.Find(message => message.Kind == MessageKind.Started && message.ActionId == execution) is { } start)
        {
            instance.IsStarted = true;
            instance.Execution = execution;
            instance.Input = start.Payload;
        }

        instance.Inbox.RemoveAll(message => message.Kind == MessageKind.Started
            ? instance.IsStarted || Loop.Now - message.At > 10 * _lease
            : IsOutOfOrder(instance, message) && Loop.Now - message.At > _outOfOrder);
    }

    // An answer comes before it is written down that it was asked for, when a turn sent its messages and was lost.
    private static bool IsOutOfOrder(Instance instance, Message message) =>
        message.Kind is MessageKind.Completed or MessageKind.Failed or MessageKind.Timer && message.ActionId >= (instance.Actions?.Count ?? 0);

    private async Task TurnAsync(Process process, Instance instance)
    {
        var batch = instance.Inbox.Where(message => !IsOutOfOrder(instance, message)).ToList();
        // Any order that the queues permit.
        for (var index = batch.Count - 1; index > 0; index--)
        {
            var other = Loop.Random.Next(index + 1);
            (batch[index], batch[other]) = (batch[other], batch[index]);
        }

        if (instance.Actions is null)
        {
            instance.StartedAt = process.Clock.GetUtcNow();
        }

        var happened = batch.ConvertAll(message => ToEvent(message, instance, process));
        var (context, task) = Replay(instance, happened);
        if (instance.Actions is { } known && !known.SequenceEqual(context.Actions.Take(known.Count)))
        {
            world.Oracle.Break("an orchestrator replays to the same actions", instance.Id);
        }

        if (world.Weather.Happens("turn lost before its messages", world.Weather.Fails))
        {
            throw new IOException("The turn was lost.");
        }

        await Loop.PauseAsync(process, Loop.Milliseconds(1, 20));
        foreach (var action in context.Actions.Skip(instance.Actions?.Count ?? 0).Where(action => context.IsOpen(action.Id)))
        {
            Send(process, instance, action);
        }

        await Loop.PauseAsync(process, Loop.Milliseconds(1, 20));
        if (world.Weather.Happens("turn lost after its messages", world.Weather.Fails))
        {
            throw new IOException("The turn was lost.");
        }

        if (instance.IsFinished)
        {
            return;
        }

        instance.Row ??= instance.Execution;
        instance.Actions = [.. context.Actions];
        instance.History.AddRange(happened);
        instance.Inbox.RemoveAll(message => batch.Contains(message));
        instance.CustomStatus = context.Statuses.LastOrDefault();
        instance.UpdatedAt = Loop.Now;
        instance.Status = instance.IsSuspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running;
        foreach (var closed in instance.Due.Keys.Where(id => !context.IsOpen(id)).ToList())
        {
            instance.Due.Remove(closed);
        }

        if (task.IsFaulted)
        {
            End(instance, OrchestrationRuntimeStatus.Failed);
        }
        else if (task.IsCompleted)
        {
            instance.Output = WorkerJson.Write(task.GetType().GetProperty("Result")!.GetValue(task));
            End(instance, OrchestrationRuntimeStatus.Completed);
        }
        else if (batch.Count > 0 && world.Weather.Happens("message delivered to an instance twice", world.Weather.Fails))
        {
            Post(instance, Loop.OneOf(batch));
        }
    }

    private (ReplayContext Context, Task Task) Replay(Instance instance, List<HistoryEvent> batch)
    {
        foreach (var blob in instance.Blobs)
        {
            if (!_blobs.ContainsKey(blob))
            {
                throw new InvalidOperationException($"The blob {blob} is gone.");
            }
        }

        var context = new ReplayContext(instance.Id, Load(instance, instance.Input), instance.StartedAt.UtcDateTime);
        var task = (Task)Functions.Orchestrator.Invoke(null, [context])!;
        foreach (var happened in instance.History)
        {
            context.Deliver(happened, replaying: true);
        }

        foreach (var happened in batch)
        {
            context.Deliver(happened, replaying: false);
        }

        return (context, task);
    }

    private HistoryEvent ToEvent(Message message, Instance instance, Process process) => new(
        process.Clock.GetUtcNow().UtcDateTime,
        message.Kind switch
        {
            MessageKind.Completed => HistoryEventKind.ActivityCompleted,
            MessageKind.Failed => HistoryEventKind.ActivityFailed,
            MessageKind.Timer => HistoryEventKind.TimerFired,
            _ => HistoryEventKind.EventRaised,
        },
        message.ActionId,
        message.Name,
        Load(instance, message.Payload));

    private void Send(Process process, Instance instance, ScheduledAction action)
    {
        instance.Due[action.Id] = action.FireAt is { } at ? new DateTimeOffset(at) : Loop.Now;
        if (action.Kind == ActionKind.Timer)
        {
            // The delay is cut to whole seconds, by the clock of whoever sends it.
            var delay = Math.Max(0, Math.Floor((action.FireAt!.Value - process.Clock.GetUtcNow().UtcDateTime).TotalSeconds));
            Loop.After(TimeSpan.FromSeconds(delay) + Loop.Milliseconds(0, 900), () => Post(instance, new Message(MessageKind.Timer, action.Id)));
            return;
        }

        var item = world.Account.Queues.Put(Process.WorkItemsQueue, action.Name, TimeSpan.FromSeconds(-1));
        var call = new ActivityMessage(instance, action, Keep(instance, action.Input), item);
        Loop.After(Loop.Milliseconds(5, 300), () => Run(call));
        if (world.Weather.Happens("activity runs twice", world.Weather.Fails))
        {
            Loop.After(Loop.Milliseconds(5, 120_000), () => Run(call));
        }
    }

    // At least once: until its answer is with the instance, the message is seen again, a minute after whoever took it died.
    private void Run(ActivityMessage call)
    {
        if (world.AnyProcess() is not { } process || world.Weather.IsAway("durable"))
        {
            Loop.After(TimeSpan.FromSeconds(5), () => Run(call));
            return;
        }

        // Of the action, whichever of its messages: a turn that was lost after its messages is made again, and so are they.
        var number = call.Instance.Runs[(call.Action.Id, call.Action.Name)] = call.Instance.Runs.GetValueOrDefault((call.Action.Id, call.Action.Name)) + 1;
        var run = new ActivityRun(call.Instance.Id, call.Action, number, Loop.Now);
        Loop.Run(process, $"activity {call.Action.Name} of {call.Instance.Id}", run, () => RunAsync(process, call), fault =>
        {
            if (fault is not null)
            {
                Loop.After(_lease, () => Run(call));
            }
        });
        Loop.After(_lease, Watch);

        void Watch()
        {
            if (process.IsDead && !call.IsDone)
            {
                Run(call);
            }
            else if (!call.IsDone && Loop.Now - run.At < TimeSpan.FromMinutes(30))
            {
                Loop.After(_lease, Watch);
            }
        }
    }

    private async Task RunAsync(Process process, ActivityMessage call)
    {
        var function = Functions.Activity(call.Action.Name);
        var input = JsonSerializer.Deserialize(Load(call.Instance, call.Payload)!, Functions.Input<ActivityTriggerAttribute>(function), WorkerJson.Options)!;
        Message answer;
        try
        {
            answer = new Message(MessageKind.Completed, call.Action.Id) { Payload = WorkerJson.Write(await Functions.RunAsync(process, function, input)) };
        }
        catch (Exception fault)
        {
            Loop.Tell($"{call.Action.Name} of {call.Instance.Id} failed: {fault.GetType().Name}: {fault.Message}");
            if (process.IsStopping)
            {
                // The host gives the message back.
                throw;
            }

            answer = new Message(MessageKind.Failed, call.Action.Id) { Payload = fault.GetType().Name };
        }

        await CallAsync(process, "durable", $"answer of {call.Action.Name} to {call.Instance.Id}", () =>
        {
            call.IsDone = true;
            world.Account.Queues.Delete(Process.WorkItemsQueue, call.Item.Id, call.Item.Receipt);
            Post(call.Instance, answer with { Payload = Keep(call.Instance, answer.Payload) });
            return 0;
        }, CancellationToken.None);
    }

    private sealed class ActivityMessage(Instance instance, ScheduledAction action, string? payload, StoredMessage item)
    {
        // What shows of it on the queue that Durable keeps for them.
        public StoredMessage Item { get; } = item;

        public Instance Instance { get; } = instance;

        public ScheduledAction Action { get; } = action;

        public string? Payload { get; } = payload;

        public bool IsDone { get; set; }
    }
}

internal enum MessageKind
{
    Started,
    Completed,
    Failed,
    Timer,
    Event,
}

internal sealed record Message(MessageKind Kind, int ActionId)
{
    public string? Name { get; init; }

    public string? Payload { get; init; }

    public DateTimeOffset At { get; init; }
}

// One run of an activity; from the second on it is a repeat.
internal sealed record ActivityRun(string InstanceId, ScheduledAction Action, int Number, DateTimeOffset At);

internal sealed class Instance(string id)
{
    public string Id { get; } = id;

    // The execution that the instances' table names; null until it is written.
    public int? Row { get; set; }

    public bool IsStarted { get; set; }

    public bool IsSuspended { get; set; }

    public int Execution { get; set; }

    public string? Input { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public OrchestrationRuntimeStatus Status { get; set; } = OrchestrationRuntimeStatus.Pending;

    public string? CustomStatus { get; set; }

    public string? Output { get; set; }

    public List<ScheduledAction>? Actions { get; set; }

    public List<HistoryEvent> History { get; } = [];

    public List<Message> Inbox { get; } = [];

    // What it waits for, by action: when that is due.
    public SortedDictionary<int, DateTimeOffset> Due { get; } = [];

    public Dictionary<(int Id, string Name), int> Runs { get; } = [];

    public HashSet<string> Blobs { get; } = new(StringComparer.Ordinal);

    public Process? Owner { get; set; }

    public DateTimeOffset LeasedUntil { get; set; }

    public bool HasWork => Inbox.Count > 0 || (IsStarted && Actions is null);

    public bool IsFinished => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
}
