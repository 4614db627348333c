using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Sends through this instance's limiter and breaker. What they hold back is a postponement, never a lost or a failed
// attempt.
internal sealed class GuardedSender
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(25);

    private readonly INotifyPushPaymentClient _client;
    private readonly OverloadPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger<GuardedSender> _logger;
    private readonly CircuitBreaker _breaker;
    private readonly SendLimiter _limiter;
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _madeAt;
    private readonly long _madeAtTimestamp;
    private BreakerState _told = BreakerState.Closed;

    public GuardedSender(INotifyPushPaymentClient client, OverloadPolicy policy, TimeProvider time, ILogger<GuardedSender> logger)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _client = client;
        _policy = policy;
        _time = time;
        _logger = logger;
        _breaker = new CircuitBreaker(policy);
        _limiter = new SendLimiter(policy);
        _madeAt = time.GetUtcNow();
        _madeAtTimestamp = time.GetTimestamp();
    }

    public BreakerState Breaker
    {
        get
        {
            lock (_lock)
            {
                return _breaker.StateAt(Now);
            }
        }
    }

    // Goes on evenly when the wall clock is set: an open breaker must not stay open for as long as the clock was set back.
    private DateTimeOffset Now => _madeAt + _time.GetElapsedTime(_madeAtTimestamp);

    public async Task<AttemptResult> SendAsync(string paymentId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        BreakerPass pass;
        while ((pass = Enter(out var held)) == BreakerPass.Refused)
        {
            if (held == PostponeReason.BreakerOpen || _time.GetElapsedTime(since) >= _policy.LimiterPatience)
            {
                return AttemptResult.Postponed(held, _time.GetUtcNow());
            }

            await Task.Delay(_look, _time, cancellationToken).ConfigureAwait(false);
        }

        AttemptResult? result = null;
        try
        {
            return result = await _client.SendAsync(body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(pass, paymentId, result);
        }
    }

    private BreakerPass Enter(out PostponeReason held)
    {
        lock (_lock)
        {
            var now = Now;
            held = PostponeReason.BreakerOpen;
            // Asked first, so that nobody queues up for a closed door; entered last, so that a probe never waits for the limiter.
            if (_breaker.StateAt(now) == BreakerState.Open)
            {
                return BreakerPass.Refused;
            }

            if (!_limiter.TryEnter(now))
            {
                held = PostponeReason.LimiterFull;
                return BreakerPass.Refused;
            }

            var pass = _breaker.Enter(now);
            if (pass == BreakerPass.Refused)
            {
                _limiter.Leave(now, null);
            }

            return pass;
        }
    }

    private void Leave(BreakerPass pass, string paymentId, AttemptResult? result)
    {
        BreakerState state;
        lock (_lock)
        {
            var now = Now;
            _limiter.Leave(now, result);
            _breaker.Leave(now, pass, paymentId, result?.Kind);
            state = _breaker.StateAt(now);
            if (state == _told || state == BreakerState.HalfOpen)
            {
                return;
            }

            _told = state;
        }

        if (state == BreakerState.Open)
        {
            IntakeLogs.BreakerOpened(_logger, _policy.BreakerPause, paymentId, result?.Kind);
        }
        else
        {
            IntakeLogs.BreakerClosed(_logger, paymentId);
        }
    }
}
