namespace FunctionsNotify.LocalHost;

/// <summary>Any number of waits on one timer: each item is handed out when it is due, never earlier.</summary>
/// <typeparam name="T">What waits.</typeparam>
internal sealed class DueTimer<T> : IDisposable
{
    // A timer takes at most about 49 days; looking again earlier costs nothing.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly Action<T> _due;
    private readonly Lock _lock = new();
    private readonly PriorityQueue<T, (long Due, long Order)> _waiting = new();
    private readonly ITimer _timer;
    private long _order;
    private bool _stopped;

    /// <param name="time">The clock.</param>
    /// <param name="due">Takes each item that is due; must be quick and must not throw.</param>
    public DueTimer(TimeProvider time, Action<T> due)
    {
        _time = time;
        _due = due;
        _timer = time.CreateTimer(static self => ((DueTimer<T>)self!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Hands the item out when it is due; at once if it is already.</summary>
    public void Add(T item, DateTimeOffset dueAt)
    {
        lock (_lock)
        {
            var isFirst = !_waiting.TryPeek(out _, out var first) || dueAt.UtcTicks < first.Due;
            _waiting.Enqueue(item, (dueAt.UtcTicks, _order++));
            if (isFirst)
            {
                Arm(dueAt.UtcTicks);
            }
        }
    }

    /// <summary>Hands nothing out any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopped = true;
        }

        _timer.Dispose();
    }

    private void Ring()
    {
        var items = new List<T>();
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }

            var now = _time.GetUtcNow().UtcTicks;
            while (_waiting.TryPeek(out var item, out var place))
            {
                if (place.Due > now)
                {
                    Arm(place.Due);
                    break;
                }

                _waiting.Dequeue();
                items.Add(item);
            }
        }

        items.ForEach(_due);
    }

    // Rounded up: a timer that rings a fraction of a millisecond early would ring in vain.
    private void Arm(long dueTicks)
    {
        if (_stopped)
        {
            return;
        }

        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(dueTicks - _time.GetUtcNow().UtcTicks).TotalMilliseconds));
        wait = wait < ShortestSleep ? ShortestSleep : wait;
        _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
    }
}
