using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace FunctionsNotify.App;

// Sends unless operators have paused it, through this instance's breaker and, where one is set, its send rate. What they
// hold back is a postponement, never a lost or a failed attempt. How many sends run at a time is bounded by host.json.
internal sealed class GuardedSender : IDisposable
{
    private readonly INotifyPushPaymentClient _client;
    private readonly SendingPause _pause;
    private readonly LastAcknowledged _acknowledged;
    private readonly TimeProvider _time;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<AttemptResult> _breaker;
    private readonly TokenBucketRateLimiter? _rate;

    public GuardedSender(
        INotifyPushPaymentClient client, SendingPause pause, LastAcknowledged acknowledged, OverloadPolicy settings, Metrics metrics, TimeProvider time, ILogger<GuardedSender> logger)
    {
        _client = client;
        _pause = pause;
        _acknowledged = acknowledged;
        _time = time;
        _breaker = new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = new MonotonicTime(time) }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptResult>
            {
                SamplingDuration = settings.BreakerWindow,
                MinimumThroughput = settings.BreakerMinSends,
                FailureRatio = settings.BreakerFailureShare,
                BreakDuration = settings.BreakerPause,
                StateProvider = _state,
                ShouldHandle = args => ValueTask.FromResult(!IsAnswered(args.Outcome.Result)),
                OnOpened = args =>
                {
                    Logs.BreakerOpened(logger, args.BreakDuration, args.Outcome.Result?.Kind);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    Logs.BreakerClosed(logger);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        _rate = settings.MaxSendsPerSecond is { } rate ? new TokenBucketRateLimiter(Bucket(rate)) : null;
        metrics.Watch(() => Breaker);
    }

    public BreakerState Breaker => _state.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };

    public async Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (await _pause.GetAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
            return AttemptResult.Postponed(PostponeReason.Paused, _time.GetUtcNow());
        }

        var isClosed = _state.CircuitState == CircuitState.Closed;
        using var lease = isClosed ? _rate?.AttemptAcquire() : null;
        if (lease is { IsAcquired: false })
        {
            return AttemptResult.Postponed(PostponeReason.LimiterFull, _time.GetUtcNow());
        }

        if (isClosed)
        {
            var result = await ExchangeAsync(body, cancellationToken).ConfigureAwait(false);
            await CountAsync(result).ConfigureAwait(false);
            return result;
        }

        try
        {
            // The breaker refuses it, or lets this one through to find out; without an answer it opens again.
            return await _breaker.ExecuteAsync(async token => await ExchangeAsync(body, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException)
        {
            return AttemptResult.Postponed(PostponeReason.BreakerOpen, _time.GetUtcNow());
        }
    }

    public void Dispose() => _rate?.Dispose();

    private async Task<AttemptResult> ExchangeAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var result = await _client.SendAsync(body, cancellationToken).ConfigureAwait(false);
        if (result.Kind == AttemptKind.Acknowledged)
        {
            _acknowledged.Note();
        }

        return result;
    }

    // While the breaker is closed a send runs outside it and its result is told afterwards, so that what never reached the
    // network counts neither way: to the breaker whatever is no failure is a success.
    private async Task CountAsync(AttemptResult result)
    {
        if (result.Kind is AttemptKind.NotSent or AttemptKind.Postponed)
        {
            return;
        }

        try
        {
            await _breaker.ExecuteAsync(static (found, _) => ValueTask.FromResult(found), result, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BrokenCircuitException)
        {
            // Another send's result opened it meanwhile.
        }
    }

    // A U or a business F is an answer: Alipay+ can be reached and knows our set-up.
    private static bool IsAnswered(AttemptResult? result) => result?.Kind is AttemptKind.Acknowledged or AttemptKind.Rejected or AttemptKind.Unknown;

    private static TokenBucketRateLimiterOptions Bucket(double rate)
    {
        var tokens = (int)Math.Ceiling(rate);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / rate),
            QueueLimit = 0,
        };
    }

    // Goes on evenly when the wall clock is set: an open breaker must not stay open for as long as the clock was set back.
    private sealed class MonotonicTime(TimeProvider time) : TimeProvider
    {
        private readonly DateTimeOffset _start = time.GetUtcNow();
        private readonly long _startTimestamp = time.GetTimestamp();

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _start + time.GetElapsedTime(_startTimestamp);

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<BreakerState>))]
public enum BreakerState
{
    Closed = 0,

    HalfOpen = 1,

    Open = 2,
}

// The limits of this instance, Overload__…; never global.
internal sealed class OverloadPolicy
{
    public const string Section = "Overload";

    // How many work items Durable may have, of all instances, before new payments are held back. A retry waits for those
    // before it: two cores make some 20 to 30 a second, and the guide wants two retries within 5 s.
    [Range(1, 100_000, ErrorMessage = "must be from 1 to 100000")]
    public int MaxWorkItems { get; set; } = 32;

    // Not set means no limit.
    [Range(0.1, 100_000, ErrorMessage = "must be from 0.1 to 100000, or not set")]
    public double? MaxSendsPerSecond { get; set; }

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "must be from 1 second to 1 hour")]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(60);

    // The fewest sends within the window that can open the breaker. One payment makes four in a minute at most, so that
    // its retries are no outage.
    [Range(5, int.MaxValue, ErrorMessage = "must be at least 5")]
    public int BreakerMinSends { get; set; } = 20;

    [Range(0.01, 1, ErrorMessage = "must be from 0.01 to 1")]
    public double BreakerFailureShare { get; set; } = 0.9;

    // How long the breaker stays open before it lets one send through.
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "must be from 1 second to 1 hour")]
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(30);
}
