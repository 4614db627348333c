using System.Collections.Concurrent;
using System.Threading.Channels;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The loop over <see cref="Delivery"/> for all open deliveries at once: send, record, wait, send again. Nothing that
/// follows from a state is done before that state is recorded; a crash repeats at most the attempt that was in flight,
/// with the same body, and it uses no more than its own place in the retry schedule.
/// </summary>
internal sealed class DeliveryEngine : IDeliveryStarter, ICommandSender, IDeliveryReader, IDeliveryStatistics, IBackpressure, IAsyncDisposable
{
    private static readonly Comparer<OpenDelivery> ByDueTime = Comparer<OpenDelivery>.Create(static (one, other) => one.DueAt.CompareTo(other.DueAt));

    private readonly GuardedSender _sender;
    private readonly StateWriter _writer;
    private readonly StateReader _reader;
    private readonly FreshDeliveries _fresh;
    private readonly OutcomeOutbox _outbox;
    private readonly EngineOptions _options;
    private readonly AttemptTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, OpenDelivery> _open = new(StringComparer.Ordinal);
    private readonly Channel<OpenDelivery> _due = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<OpenDelivery> { Comparer = ByDueTime });
    private readonly DueTimer<(OpenDelivery Delivery, Delivery Waiting)> _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _taking = new();
    private Task[] _senders = [];
    private int _backlog;

    public DeliveryEngine(
        GuardedSender sender,
        StateWriter writer,
        StateReader reader,
        FreshDeliveries fresh,
        OutcomeOutbox outbox,
        EngineOptions options,
        AttemptTelemetry telemetry,
        TimeProvider time,
        ILogger<DeliveryEngine> logger)
    {
        _sender = sender;
        _writer = writer;
        _reader = reader;
        _fresh = fresh;
        _outbox = outbox;
        _options = options;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
        _timer = new DueTimer<(OpenDelivery Delivery, Delivery Waiting)>(time, TimerFired);
    }

    /// <summary>How many deliveries are open.</summary>
    public int OpenCount => _open.Count;

    /// <inheritdoc/>
    public bool IsBusy => Volatile.Read(ref _backlog) >= _options.MaxBacklog;

    /// <summary>Takes up everything that was recorded and not ended, and begins to send.</summary>
    public void Start()
    {
        _outbox.Start();
        var outcomes = _reader.Outbox();
        foreach (var ended in outcomes)
        {
            _outbox.Add(ended.Delivery);
        }

        var open = _reader.OpenDeliveries();
        foreach (var stored in open)
        {
            Take(stored);
        }

        if (open.Count + outcomes.Count > 0)
        {
            Logs.Resumed(_logger, open.Count, outcomes.Count);
        }

        _senders = [.. Enumerable.Range(0, _options.SendConcurrency).Select(_ => Task.Run(SendAsync))];
    }

    /// <summary>Begins no attempt any more, lets those in flight end and be recorded for the grace, then drops them; they are made again at the next start.</summary>
    public async Task StopAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _timer.Dispose();
        _due.Writer.TryComplete();
        await _abort.CancelAfterAsync(_options.StopGrace, Task.WhenAll(_senders)).ConfigureAwait(false);
        await _outbox.StopAsync(_options.StopGrace).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Task.FromResult(TakeUp(input.DeliveryId, input.Body));
    }

    /// <inheritdoc/>
    public async Task SendAsync(string deliveryId, DeliveryCommand command, CancellationToken cancellationToken)
    {
        // Recorded a moment ago and not started yet, it can be started here as well.
        TakeUp(deliveryId, body: null);
        if (!_open.TryGetValue(deliveryId, out var delivery))
        {
            // It has ended since the caller looked: a command without a verdict is too late.
            return;
        }

        var now = _time.GetUtcNow();
        var (before, after, record) = delivery.Change(state => state.Phase == DeliveryPhase.Final ? state : state.Apply(command, now), _writer);
        if (record is not null)
        {
            var followed = FollowAsync(delivery, before, after, record, proceeds: before.Phase != after.Phase);
            await followed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<DeliveryReport?> GetAsync(string deliveryId, CancellationToken cancellationToken)
    {
        var state = _open.TryGetValue(deliveryId, out var delivery) ? delivery.Recorded : _reader.FindDelivery(deliveryId)?.Delivery;
        return Task.FromResult(state is null ? null : DeliveryReport.Of(state));
    }

    /// <inheritdoc/>
    public Task<DeliveryStatistics> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (open, earliest) = (0, (DateTimeOffset?)null);
        foreach (var (_, delivery) in _open)
        {
            open++;
            earliest = earliest is { } due && due <= delivery.Recorded.DueAt ? due : delivery.Recorded.DueAt;
        }

        return Task.FromResult(new DeliveryStatistics(open, earliest, IsComplete: true));
    }

    /// <summary>True when the delivery is in hand, or has ended.</summary>
    /// <param name="deliveryId">The delivery.</param>
    public bool IsInHand(string deliveryId) => _open.ContainsKey(deliveryId) || _reader.FindDelivery(deliveryId) is { Delivery.Phase: DeliveryPhase.Final };

    // The container calls it once for every port that the engine stands behind.
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>
    /// Takes a recorded delivery in hand. Looking, reading and adding are one step: a delivery leaves the open ones only
    /// when its end is recorded, so one that is not among them is read as it is, and never sent again after its end.
    /// </summary>
    private StartResult TakeUp(string deliveryId, ReadOnlyMemory<byte>? body)
    {
        if (_open.ContainsKey(deliveryId))
        {
            return StartResult.AlreadyInHand;
        }

        lock (_taking)
        {
            if (_open.ContainsKey(deliveryId))
            {
                return StartResult.AlreadyInHand;
            }

            var stored = body is { } bytes && _fresh.TryTake(deliveryId, out var fresh)
                ? new StoredDelivery(fresh, bytes)
                : _reader.FindDelivery(deliveryId);
            switch (stored)
            {
                case null:
                    // It is recorded together with its claim: a claim without it was changed by other hands.
                    return StartResult.Broken;
                case { Delivery.Phase: DeliveryPhase.Final }:
                    return StartResult.AlreadyInHand;
                default:
                    Take(stored);
                    return StartResult.Started;
            }
        }
    }

    private void Take(StoredDelivery stored)
    {
        var delivery = new OpenDelivery(stored.Delivery, stored.Body);
        if (_open.TryAdd(stored.Delivery.DeliveryId, delivery))
        {
            Proceed(delivery, stored.Delivery);
        }
    }

    private void TimerFired((OpenDelivery Delivery, Delivery Waiting) wait)
    {
        if (wait.Delivery.TimerFired(wait.Waiting))
        {
            QueueAttempt(wait.Delivery);
        }
    }

    private void Proceed(OpenDelivery delivery, Delivery state)
    {
        switch (state.Phase)
        {
            case DeliveryPhase.Sending:
                QueueAttempt(delivery);
                break;
            case DeliveryPhase.Waiting:
                _timer.Add((delivery, state), state.WaitAt(_time.GetUtcNow()));
                break;
            default:
                _open.TryRemove(state.DeliveryId, out _);
                _outbox.Add(state);
                Logs.Ended(_logger, state.PaymentId, state.State, state.Attempts.Count);
                break;
        }
    }

    private void QueueAttempt(OpenDelivery delivery)
    {
        if (_due.Writer.TryWrite(delivery))
        {
            Interlocked.Increment(ref _backlog);
        }
    }

    private async Task SendAsync()
    {
        await foreach (var delivery in _due.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            Interlocked.Decrement(ref _backlog);
            if (_stop.IsCancellationRequested || await AttemptAsync(delivery).ConfigureAwait(false) is not { } result)
            {
                continue;
            }

            CrashPoints.Pass(CrashPoints.AfterSend);
            var followed = TakeResultAsync(delivery, result);
            if (_stop.IsCancellationRequested)
            {
                // Nobody else waits for it any more.
                await followed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeResultAsync(OpenDelivery delivery, AttemptResult result)
    {
        try
        {
            var now = _time.GetUtcNow();
            var (before, after, record) = delivery.Change(state => state.Apply(result, now), _writer);
            await FollowAsync(delivery, before, after, record!, proceeds: true).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One delivery's fault must not end the sender that all of them share.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Logs.ResultNotTaken(_logger, delivery.Recorded.PaymentId, exception);
        }
    }

    /// <summary>Null when the host stops before the attempt has ended.</summary>
    private async Task<AttemptResult?> AttemptAsync(OpenDelivery delivery)
    {
        var began = _time.GetTimestamp();
        var startedAt = _time.GetUtcNow();
        using var attempt = _telemetry.Begin(SubjectOf(delivery.Recorded), startedAt);
        if (await TrySendAsync(delivery, began, startedAt).ConfigureAwait(false) is not { } result)
        {
            return null;
        }

        attempt.Complete(result, _time.GetUtcNow());
        return result;
    }

    private static AttemptSubject SubjectOf(Delivery delivery) => new()
    {
        PaymentId = delivery.PaymentId,
        DeliveryId = delivery.DeliveryId,
        Number = delivery.NextAttempt,
        DueAt = delivery.DueAt,
        EnqueuedAt = delivery.EnqueuedAt ?? delivery.AcceptedAt,
        TraceParent = delivery.TraceParent,
        TraceState = delivery.TraceState,
    };

    private async Task<AttemptResult?> TrySendAsync(OpenDelivery delivery, long began, DateTimeOffset startedAt)
    {
        try
        {
            return await _sender.SendAsync(delivery.Recorded.PaymentId, delivery.Body, _abort.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // A fault of ours after the hand-over is an attempt that may have been received.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Logs.AttemptFault(_logger, delivery.Recorded.PaymentId, exception);
            return new AttemptResult
            {
                Kind = AttemptKind.NoResult,
                StartedAt = startedAt,
                Duration = _time.GetElapsedTime(began),
                Detail = $"a fault of ours, it may have been sent: {exception.GetType().Name}",
            };
        }
    }

    private async Task FollowAsync(OpenDelivery delivery, Delivery before, Delivery after, StateChange record, bool proceeds)
    {
        try
        {
            await record.Committed.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The record keeps the state before; the next start takes the delivery up from there.
            Logs.NotRecorded(_logger, after.PaymentId, after.State, Faults.Brief(exception));
            throw;
        }

        delivery.SetRecorded(after);
        CrashPoints.Pass(CrashPoints.AfterRecord);
        if (proceeds)
        {
            Tell(after, before);
            Proceed(delivery, after);
        }
    }

    private void Tell(Delivery after, Delivery before)
    {
        if (after.Phase == DeliveryPhase.Waiting && after.LastResult is { } last && after.Attempts.Count > before.Attempts.Count)
        {
            Logs.WillRetry(_logger, after.PaymentId, after.Attempts.Count, last.Kind, last.ResultCode ?? last.Detail, after.DueAt);
        }
    }
}
