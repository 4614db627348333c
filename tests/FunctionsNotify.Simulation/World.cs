using Azure;
using FunctionsNotify.Simulation.Storage;

namespace FunctionsNotify.Simulation;

// The whole of one run: account, platform, processes, Alipay+, people, and who judges them.
internal sealed class World : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Process> _processes = [];
    private readonly int _wanted;

    public World(int seed, Defect defect = Defect.None, bool keepsStory = false)
    {
        Defect = defect;
        Loop = new Loop(seed, Start, keepsStory);
        Weather = new Weather(Loop, TimeSpan.FromDays(2));
        Account = new Account(() => Loop.Now);
        Durable = new DurableModel(this);
        Trigger = new QueueTrigger(this);
        Alipay = new Alipay(this);
        People = new People(this);
        Oracle = new Oracle(this);
        Account.Queues.Create(Process.NotificationsQueue);
        Account.Queues.Create(Process.OutcomesQueue);
        Account.Queues.Create(Process.PoisonQueue);
        Account.Queues.Create(Process.WorkItemsQueue);
        Setup(Account.Clients(new MemoryTransport((call, _) => ValueTask.FromResult(Account.Answer(call)))));
        _wanted = 1 + Loop.Random.Next(2);
        for (var number = 0; number < _wanted; number++)
        {
            StartProcess();
        }
    }

    public Defect Defect { get; }

    public Loop Loop { get; }

    public Weather Weather { get; }

    public Account Account { get; }

    public DurableModel Durable { get; }

    public QueueTrigger Trigger { get; }

    public Alipay Alipay { get; }

    public People People { get; }

    public Oracle Oracle { get; }

    // One that takes new work; null while none runs.
    public Process? AnyProcess()
    {
        var alive = _processes.Where(process => !process.IsDead && !process.IsStopping).ToList();
        return alive.Count == 0 ? null : Loop.OneOf(alive);
    }

    // One call to what is outside the process. It takes a moment, during which others go on, and may go wrong in every way.
    public async Task<T> CallAsync<T>(Process process, string service, string what, Func<T> effect, Func<Exception> failure, CancellationToken cancellationToken = default)
    {
        await Loop.PauseAsync(process, Loop.Milliseconds(1, 40), cancellationToken);
        var fault = Weather.Draw();
        if (Weather.IsAway(service))
        {
            Loop.Current?.WasDisturbed = true;
            await Loop.PauseAsync(process, Loop.Milliseconds(1, 4000), cancellationToken);
            throw failure();
        }

        if (fault != Fault.None)
        {
            Loop.Current?.WasDisturbed = true;
            Loop.Tell($"{process} {Loop.Current?.Name}: {fault} at {what}");
        }

        switch (fault)
        {
            case Fault.FailsBefore:
                throw failure();

            case Fault.FailsAfter:
                effect();
                throw failure();

            case Fault.DiesAfter:
                effect();
                goto case Fault.DiesBefore;

            case Fault.DiesBefore:
                Kill(process);
                await Loop.PauseAsync(process, TimeSpan.Zero, CancellationToken.None);
                throw new InvalidOperationException("The process is dead.");

            // The SDK sends it again when its answer is lost.
            case Fault.Twice:
                effect();
                await Loop.PauseAsync(process, Loop.Milliseconds(1, 5000), cancellationToken);
                break;

            case Fault.Late:
                await Loop.PauseAsync(process, Loop.Milliseconds(1000, 20_000), cancellationToken);
                break;
        }

        var answer = effect();
        await Loop.PauseAsync(process, Loop.Milliseconds(1, 10), cancellationToken);
        return answer;
    }

    public async ValueTask<Reply> AnswerAsync(Process process, Call call, CancellationToken cancellationToken) => await CallAsync(
        process,
        call.Service,
        call.ToString(),
        () => Defects.Twist(Defect, call, this) is var (arriving, instead) && arriving is null ? instead : Account.Answer(arriving!),
        () => Loop.Chance(0.5) ? new RequestFailedException(503, "The server is busy.", "ServerBusy", null) : new RequestFailedException(0, "The connection was lost."),
        cancellationToken);

    public Reply AnswerAtOnce(Process process, Call call)
    {
        var fails = Weather.IsAway(call.Service) || Weather.FailsAtOnce();
        process.IsPauseUnread = call.Service == "table" ? fails : process.IsPauseUnread;
        return fails ? throw new RequestFailedException(503, "The server is busy.", "ServerBusy", null) : Account.Answer(call);
    }

    public void Kill(Process process)
    {
        if (!process.IsDead)
        {
            Loop.Tell($"{process} dies");
            process.Die();
            Loop.After(Loop.Between(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2)), StartProcess);
        }
    }

    // A deployment or scale-in: no new work, what runs is told to stop, and soon the process is gone.
    public void Stop(Process process)
    {
        Loop.Tell($"{process} stops");
        process.Stop();
        Loop.After(Loop.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)), () => Kill(process), process);
    }

    public void SetClock(Process process, TimeSpan by)
    {
        Loop.Tell($"{process}'s clock is set by {by}");
        process.Clock.Offset += by;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Die();
            process.Dispose();
        }
    }

    private void StartProcess()
    {
        if (_processes.Count(process => !process.IsDead) < _wanted)
        {
            _processes.Add(new Process(this, _processes.Count + 1));
            Loop.Tell($"{_processes[^1]} starts");
        }
    }

    // None of this waits: the calls are answered at once.
    private static void Setup(Clients clients)
    {
        clients.Table(Process.Table).CreateIfNotExistsAsync().GetAwaiter().GetResult();
        clients.Container(Process.Container).CreateIfNotExistsAsync().GetAwaiter().GetResult();
    }
}
