namespace FunctionsNotify.LocalHost;

/// <summary>Tells a fault that lasts once, then at most every half minute with how often it happened, and its end once.</summary>
internal sealed class FaultLog(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private long? _toldAt;
    private int _untold;

    /// <summary>True when this fault is to be told.</summary>
    /// <param name="more">How many like it were not told since the last one that was.</param>
    public bool ShouldTell(out int more)
    {
        lock (_lock)
        {
            if (_toldAt is { } at && time.GetElapsedTime(at) < Quiet)
            {
                _untold++;
                more = 0;
                return false;
            }

            more = _untold;
            _untold = 0;
            _toldAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>It works; true when it did not the time before.</summary>
    public bool Recovered()
    {
        // Written only under the lock; a stale read only delays the message.
        if (_toldAt is null)
        {
            return false;
        }

        lock (_lock)
        {
            var wasBroken = _toldAt is not null;
            _toldAt = null;
            _untold = 0;
            return wasBroken;
        }
    }
}
