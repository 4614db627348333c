namespace FunctionsNotify.LocalHost;

/// <summary>
/// Any number of waits on one timer: each item is handed out when its wait is over, never earlier. Waits are measured on
/// the clock that only goes forward, so a wall clock that is set neither shortens nor lengthens them.
/// </summary>
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
    private readonly long _origin;
    private long _order;
    private bool _stopped;

    /// <param name="time">The clock.</param>
    /// <param name="due">Takes each item that is due; must be quick and must not throw.</param>
    public DueTimer(TimeProvider time, Action<T> due)
    {
        _time = time;
        _due = due;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((DueTimer<T>)self!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Hands the item out after the wait; at once if it is zero or less.</summary>
    public void Add(T item, TimeSpan wait)
    {
        lock (_lock)
        {
            var due = Now + wait.Ticks;
            var isFirst = !_waiting.TryPeek(out _, out var first) || due < first.Due;
            _waiting.Enqueue(item, (due, _order++));
            if (isFirst)
            {
                Arm(due);
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

    // Ticks since this timer was made.
    private long Now => _time.GetElapsedTime(_origin).Ticks;

    private void Ring()
    {
        var items = new List<T>();
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }

            var now = Now;
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

        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(dueTicks - Now).TotalMilliseconds));
        wait = wait < ShortestSleep ? ShortestSleep : wait;
        _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
    }
}
