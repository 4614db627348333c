namespace FunctionsNotify.App;

// Stops sending while Alipay+ cannot be reached or refuses our set-up altogether, so that an outage uses up no retries.
// Pure state: it has no clock and no lock; its owner gives both. A U or a business F never opens it: Alipay+ answered.
internal sealed class CircuitBreaker
{
    private const int Buckets = 60;

    private readonly OverloadPolicy _policy;
    private readonly TimeSpan _bucketLength;
    private readonly Queue<Bucket> _window = new();
    private Bucket? _newest;
    private DateTimeOffset _openUntil;
    private bool _open;
    private bool _probing;

    public CircuitBreaker(OverloadPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _bucketLength = policy.BreakerWindow / Buckets;
    }

    public BreakerState StateAt(DateTimeOffset now) =>
        !_open ? BreakerState.Closed : now < _openUntil ? BreakerState.Open : BreakerState.HalfOpen;

    public BreakerPass Enter(DateTimeOffset now)
    {
        switch (StateAt(now))
        {
            case BreakerState.Closed:
                return BreakerPass.Free;

            case BreakerState.HalfOpen when !_probing:
                _probing = true;
                return BreakerPass.Probe;

            default:
                return BreakerPass.Refused;
        }
    }

    public void Leave(DateTimeOffset now, BreakerPass pass, string paymentId, AttemptKind? kind)
    {
        _probing = _probing && pass != BreakerPass.Probe;
        if (kind is null or AttemptKind.NotSent or AttemptKind.Postponed)
        {
            // Nothing reached the wire, so nothing was learned about it.
            return;
        }

        var failed = kind is AttemptKind.NoResult or AttemptKind.SetupRejected;
        if (!_open)
        {
            Count(now, paymentId, failed);
            if (failed && IsOutage(now))
            {
                Open(now);
            }
        }
        else if (!failed)
        {
            // Also an answer to a send from before the breaker opened: Alipay+ answers again.
            _open = false;
        }
        else if (pass == BreakerPass.Probe)
        {
            Open(now);
        }
    }

    private void Open(DateTimeOffset now)
    {
        _open = true;
        _openUntil = now + _policy.BreakerPause;
        _window.Clear();
        _newest = null;
    }

    private void Count(DateTimeOffset now, string paymentId, bool failed)
    {
        if (_newest is null || now >= _newest.Start + _bucketLength)
        {
            _newest = new Bucket(now);
            _window.Enqueue(_newest);
        }

        _newest.Sends++;
        _newest.Failures += failed ? 1 : 0;
        // More would not change the decision, so memory stays bounded at any rate.
        if (_newest.Payments.Count < _policy.BreakerMinPayments)
        {
            _newest.Payments.Add(paymentId);
        }
    }

    private bool IsOutage(DateTimeOffset now)
    {
        while (_window.TryPeek(out var oldest) && oldest.Start <= now - _policy.BreakerWindow)
        {
            _window.Dequeue();
        }

        var sends = _window.Sum(bucket => bucket.Sends);
        return sends >= _policy.BreakerMinSends
            && _window.Sum(bucket => bucket.Failures) >= _policy.BreakerFailureShare * sends
            && _window.SelectMany(bucket => bucket.Payments).Distinct(StringComparer.Ordinal).Skip(_policy.BreakerMinPayments - 1).Any();
    }

    private sealed class Bucket(DateTimeOffset start)
    {
        public DateTimeOffset Start { get; } = start;

        public int Sends { get; set; }

        public int Failures { get; set; }

        public HashSet<string> Payments { get; } = new(StringComparer.Ordinal);
    }
}
