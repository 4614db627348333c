using System.Globalization;

namespace FunctionsNotify.Simulation;

// Everything happens on one thread, in the order of one queue. There is no synchronization context and no scheduler, so
// that what awaits goes on inside the event that completes it, and the same seed gives the same story.
internal sealed class Loop(int seed, DateTimeOffset start, bool keepsStory)
{
    private static readonly AsyncLocal<Work?> _current = new();

    private readonly PriorityQueue<(Process? Process, Work? Work, Action Do), (long At, long Number)> _coming = new();
    private readonly List<string>? _story = keepsStory ? [] : null;
    private ulong _hash = 14695981039346656037;
    private long _number;

    // What runs now: an intake, an activity, an operator's call.
    public static Work? Current => _current.Value;

    public DateTimeOffset Now { get; private set; } = start;

    public Random Random { get; } = new(seed);

    public ulong StoryHash => _hash;

    public IReadOnlyList<string> StoryLines => _story ?? [];

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks(Random.NextInt64(Math.Max(1, (most - least).Ticks)));

    public TimeSpan Milliseconds(double least, double most) => Between(TimeSpan.FromMilliseconds(least), TimeSpan.FromMilliseconds(most));

    public T OneOf<T>(IReadOnlyList<T> all) => all[Random.Next(all.Count)];

    public void Tell(string what)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{Now:dd HH:mm:ss.fff} {what}");
        foreach (var character in line)
        {
            _hash = (_hash ^ character) * 1099511628211;
        }

        _story?.Add(line);
    }

    // An event of a process does not happen when the process is dead by then.
    public void After(TimeSpan delay, Action happens, Process? process = null) => Add(Now + delay, process, null, happens);

    // Waits a while in simulated time; for good when the process dies.
    public async Task PauseAsync(Process? process, TimeSpan pause, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var over = new TaskCompletionSource();
        var work = Current;
        Begin(work);
        Add(Now + pause, process, work, () => GoOn(over.SetResult));
        await using var stop = cancellationToken.Register(() => GoOn(() => over.SetCanceled(cancellationToken)));
        await over.Task;

        void GoOn(Action how)
        {
            if (over.Task.IsCompleted)
            {
                return;
            }

            if (work is not null)
            {
                work.Waits--;
            }

            how();
        }
    }

    // Runs something of a process to its end; ended is not told of a process that died meanwhile.
    public static void Run(Process? process, string name, object? tag, Func<Task> body, Action<Exception?> ended)
    {
        var work = new Work(process, name, tag);
        _ = RunAsync();
        Settle(work);

        async Task RunAsync()
        {
            _current.Value = work;
            Exception? fault = null;
            try
            {
                await body();
            }
            catch (Exception exception)
            {
                fault = exception;
            }

            work.IsDone = true;
            if (process?.IsDead != true)
            {
                ended(fault);
            }
        }
    }

    public void RunUntil(DateTimeOffset end, Func<bool> isBroken)
    {
        while (!isBroken() && _coming.TryPeek(out var next, out var order) && order.At <= end.UtcTicks)
        {
            _coming.Dequeue();
            Now = new DateTimeOffset(Math.Max(order.At, Now.UtcTicks), TimeSpan.Zero);
            if (next.Process?.IsDead != true)
            {
                next.Do();
                Settle(next.Work);
            }
        }
    }

    public void Add(DateTimeOffset at, Process? process, Work? work, Action happens) => _coming.Enqueue((process, work, happens), (at.UtcTicks, _number++));

    public static void Begin(Work? work)
    {
        if (work is not null)
        {
            work.Waits++;
        }
    }

    // A library may go on in a thread of its own for a moment, as the circuit breaker does to tell that it opened. The
    // next event waits until that work waits again for something simulated, or is over.
    private static void Settle(Work? work)
    {
        if (work is not null && !work.IsDone && work.Waits == 0)
        {
            SpinWait.SpinUntil(() => work.IsDone || Volatile.Read(ref work.Waits) > 0, TimeSpan.FromSeconds(1));
        }
    }
}

internal sealed class Work(Process? process, string name, object? tag)
{
    public int Waits;

    public Process? Process { get; } = process;

    public string Name { get; } = name;

    public object? Tag { get; } = tag;

    public volatile bool IsDone;

    // A call that it made failed, or came late.
    public bool WasDisturbed { get; set; }
}

// A process's clock: the wall may be set, the time that passes goes on evenly. What the app spreads by chance of its own
// (pauses of milliseconds between writers of one row) takes half a second here, so that a story can be told again.
internal sealed class ProcessClock(Loop loop, Process process) : TimeProvider
{
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(0.5);

    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => loop.Now + Offset;

    public override long GetTimestamp() => loop.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(loop, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Loop loop, Process process, Action ring) : ITimer
    {
        private readonly Work? _work = Loop.Current;
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private int _version;
        private bool _armed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Disarm();
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _armed = true;
                Loop.Begin(_work);
                var version = _version;
                loop.Add(loop.Now + (dueTime < _shortest ? _shortest : dueTime), process, _work, () =>
                {
                    if (version == _version)
                    {
                        Disarm();
                        Ring();
                        if (period > TimeSpan.Zero)
                        {
                            Change(period, period);
                        }
                    }
                });
            }

            return true;
        }

        public void Dispose() => Disarm();

        public ValueTask DisposeAsync()
        {
            Disarm();
            return ValueTask.CompletedTask;
        }

        private void Ring()
        {
            if (_context is null)
            {
                ring();
            }
            else
            {
                ExecutionContext.Run(_context, static state => ((Action)state!)(), ring);
            }
        }

        private void Disarm()
        {
            _version++;
            if (_armed)
            {
                _armed = false;
                if (_work is not null)
                {
                    _work.Waits--;
                }
            }
        }
    }
}
