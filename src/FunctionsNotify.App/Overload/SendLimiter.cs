namespace FunctionsNotify.App;

// Limits this instance's sends: how many at a time and how many a second. An answer that asks to slow down halves the
// rate for every payment of the instance; it grows back by a tenth a second. Pure state: it has no clock and no lock;
// its owner gives both.
internal sealed class SendLimiter
{
    // One busy answer on an instance that sends little must not hold the first retries of all its payments up.
    private const double SlowestRate = 5;
    private const double GrowthPerSecond = 1.1;

    // A rate this far above what is really sent limits nothing any more.
    private const double FreeAbove = 4;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly OverloadPolicy _policy;
    private double? _rate;
    private double _tokens;
    private DateTimeOffset _filledAt;
    private DateTimeOffset _slowedAt;
    private DateTimeOffset _countedFrom;
    private int _counted;
    private double _sentPerSecond;

    public SendLimiter(OverloadPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _rate = policy.MaxSendsPerSecond;
        _tokens = 1;
    }

    public int InFlight { get; private set; }

    public double? Rate => _rate;

    public bool TryEnter(DateTimeOffset now)
    {
        Refill(now);
        if (InFlight >= _policy.MaxConcurrentSends || (_rate is not null && _tokens < 1))
        {
            return false;
        }

        InFlight++;
        _tokens = _rate is null ? _tokens : _tokens - 1;
        _counted++;
        return true;
    }

    public void Leave(DateTimeOffset now, AttemptResult? result)
    {
        InFlight--;
        Refill(now);
        // Once a second at most: the answers to sends that were already on their way are one message, not many.
        if (result is { SlowDown: true } && now - _slowedAt >= _second)
        {
            _slowedAt = now;
            _rate = Math.Max(SlowestRate, (_rate is { } rate ? Math.Min(rate, Math.Max(_sentPerSecond, SlowestRate)) : Math.Max(_sentPerSecond, _counted)) / 2);
            _tokens = Math.Min(_tokens, 1);
        }
    }

    private void Refill(DateTimeOffset now)
    {
        var elapsed = now - _filledAt;
        if (elapsed <= TimeSpan.Zero)
        {
            // A clock that was set back gives no tokens, and takes none.
            _filledAt = elapsed < -_second ? now : _filledAt;
            return;
        }

        _filledAt = now;
        CountSent(now);
        if (_rate is not { } rate)
        {
            return;
        }

        _tokens = Math.Min(Math.Max(1, rate), _tokens + (rate * Math.Min(elapsed.TotalSeconds, 10)));
        if (now - _slowedAt >= _second && rate != _policy.MaxSendsPerSecond)
        {
            Grow(rate * Math.Pow(GrowthPerSecond, Math.Min(elapsed.TotalSeconds, 60)));
        }
    }

    private void Grow(double rate)
    {
        if (_policy.MaxSendsPerSecond is { } most)
        {
            _rate = Math.Min(most, rate);
        }
        else
        {
            _rate = rate > FreeAbove * Math.Max(_sentPerSecond, _policy.MaxConcurrentSends) ? null : rate;
        }
    }

    private void CountSent(DateTimeOffset now)
    {
        var elapsed = now - _countedFrom;
        if (elapsed >= _second || elapsed < TimeSpan.Zero)
        {
            _sentPerSecond = elapsed > 10 * _second || elapsed < TimeSpan.Zero ? 0 : _counted / elapsed.TotalSeconds;
            (_countedFrom, _counted) = (now, 0);
        }
    }
}
