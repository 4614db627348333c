namespace FunctionsNotify.App.Tests.Core;

/// <summary>One hour without Alipay+ while 10 payments a second arrive, in simulated time over the real core, breaker and limiter.</summary>
public sealed class OutageSimulationTests
{
    private const int PaymentsPerSecond = 10;
    private static readonly TimeSpan _outage = TimeSpan.FromHours(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    private readonly OverloadPolicy _policy = new() { MaxSendsPerSecond = 60, MaxConcurrentSends = 100 };
    private readonly PriorityQueue<Action<DateTimeOffset>, (DateTimeOffset At, long Order)> _events = new();
    private readonly Dictionary<string, Delivery> _deliveries = [];
    private readonly Dictionary<long, int> _sendsBySecond = [];
    private readonly CircuitBreaker _breaker;
    private readonly SendLimiter _limiter;
    private DateTimeOffset _lastEnd;
    private int _sendsInOutage;
    private int _mostInFlight;
    private long _order;

    public OutageSimulationTests()
    {
        _breaker = new CircuitBreaker(_policy);
        _limiter = new SendLimiter(_policy);
    }

    [Fact]
    public void Outage_OneHourWithPaymentsArriving_AllAreDeliveredAfterwardsWithinTheLimits()
    {
        var total = (int)_outage.TotalSeconds * PaymentsPerSecond;
        for (var number = 0; number < total; number++)
        {
            var id = $"payment-{number}";
            At(Given.Start.AddSeconds((double)number / PaymentsPerSecond), now =>
            {
                _deliveries[id] = Given.Delivery(paymentId: id) with { DueAt = now };
                Send(id, now, now);
            });
        }

        while (_events.TryDequeue(out var happen, out var key))
        {
            happen(key.At);
        }

        Assert.Equal(total, _deliveries.Count);
        Assert.All(_deliveries.Values, delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.InRange(_mostInFlight, 1, _policy.MaxConcurrentSends);
        // A full bucket and one second's refill are the most that the rate limit lets through in a second.
        Assert.InRange(_sendsBySecond.Values.Max(), 1, (2 * 60) + 1);
        // The longest postponement with its spread, and the time that the rate limit needs for them all.
        Assert.True(_lastEnd - Given.Start - _outage < TimeSpan.FromMinutes(16.5) + TimeSpan.FromSeconds(2.0 * total / 60));
        // The breaker spares Alipay+: a probe every half minute, and what it took to open.
        Assert.InRange(_sendsInOutage, 100, 2_000);
    }

    private void At(DateTimeOffset at, Action<DateTimeOffset> happen) => _events.Enqueue(happen, (at, _order++));

    private void Send(string id, DateTimeOffset now, DateTimeOffset since)
    {
        if (_breaker.StateAt(now) == BreakerState.Open)
        {
            Ended(id, AttemptResult.Postponed(PostponeReason.BreakerOpen, now), now);
            return;
        }

        if (!_limiter.TryEnter(now))
        {
            if (now - since >= _policy.LimiterPatience)
            {
                Ended(id, AttemptResult.Postponed(PostponeReason.LimiterFull, now), now);
            }
            else
            {
                At(now + _look, later => Send(id, later, since));
            }

            return;
        }

        var pass = _breaker.Enter(now);
        if (pass == BreakerPass.Refused)
        {
            _limiter.Leave(now, null);
            Ended(id, AttemptResult.Postponed(PostponeReason.BreakerOpen, now), now);
            return;
        }

        _mostInFlight = Math.Max(_mostInFlight, _limiter.InFlight);
        var second = now.ToUnixTimeSeconds();
        _sendsBySecond[second] = _sendsBySecond.GetValueOrDefault(second) + 1;
        var down = now < Given.Start + _outage;
        _sendsInOutage += down ? 1 : 0;
        At(now + (down ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(50)), end =>
        {
            var result = Given.Result(down ? AttemptKind.NoResult : AttemptKind.Acknowledged);
            _limiter.Leave(end, result);
            _breaker.Leave(end, pass, id, result.Kind);
            Ended(id, result, end);
        });
    }

    private void Ended(string id, AttemptResult result, DateTimeOffset now)
    {
        var delivery = _deliveries[id] = _deliveries[id].Apply(result, now);
        if (delivery.Phase == DeliveryPhase.Final)
        {
            _lastEnd = now;
            return;
        }

        At(delivery.DueAt, due =>
        {
            _deliveries[id] = _deliveries[id].TimerFired();
            Send(id, due, due);
        });
    }
}
