namespace FunctionsNotify.Testing;

/// <summary>
/// A clock whose wall time is set, forward or back, while the time that passes goes on evenly, as on a machine whose
/// operator or time service corrects it.
/// </summary>
/// <param name="inner">Says how time passes; its timers are used.</param>
public sealed class SetClock(TimeProvider inner) : TimeProvider
{
    private long _offset;
    private int _armed;

    /// <summary>How many times one of its timers was set to ring.</summary>
    public int Armed => Volatile.Read(ref _armed);

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <summary>Sets the wall clock this much forward, or back when negative.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, inner.CreateTimer(callback, state, dueTime, period));

    private sealed class Timer(SetClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Interlocked.Increment(ref clock._armed);
            }

            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
