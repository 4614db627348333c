using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>One instance, simulated time, the real breaker: Alipay+ is away for an hour while payments go on arriving.</summary>
public sealed class OutageSimulationTests : INotifyPushPaymentClient, IDisposable
{
    private const int PaymentsPerSecond = 10;

    // What host.json lets one instance send at a time.
    private const int MaxInFlight = 100;

    private static readonly TimeSpan Outage = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly PriorityQueue<Func<Task>, (DateTimeOffset At, long Order)> _events = new();
    private readonly Dictionary<string, Delivery> _deliveries = [];
    private readonly Dictionary<long, int> _sendsBySecond = [];
    private readonly Measurements _measured = new();
    private readonly GuardedSender _sender;
    private TaskCompletionSource<TaskCompletionSource<AttemptResult>> _sent = new();
    private int _sendsInOutage;
    private int _inFlight;
    private int _mostInFlight;
    private long _order;

    public OutageSimulationTests() =>
        _sender = Senders.New(this, new OverloadPolicy(), new Metrics(_measured.Meters, _time), _time);

    private bool IsDown => _time.GetUtcNow() < Given.Start + Outage;

    public void Dispose()
    {
        _sender.Dispose();
        _measured.Dispose();
    }

    [Fact]
    public async Task Outage_OneHourWithPaymentsArriving_AllAreDeliveredAfterwardsWithinTheLimits()
    {
        var total = (int)Outage.TotalSeconds * PaymentsPerSecond;
        for (var number = 0; number < total; number++)
        {
            var id = $"payment-{number}";
            At(Given.Start.AddSeconds((double)number / PaymentsPerSecond), () =>
            {
                _deliveries[id] = Given.Delivery(paymentId: id) with { DueAt = _time.GetUtcNow() };
                return SendAsync(id);
            });
        }

        while (_events.TryDequeue(out var happen, out var key))
        {
            if (key.At > _time.GetUtcNow())
            {
                _time.SetUtcNow(key.At);
            }

            await happen();
        }

        Assert.Equal(total, _deliveries.Count);
        Assert.All(_deliveries.Values, delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.All(_deliveries.Values, delivery => Assert.InRange(delivery.Attempts.Count, 1, delivery.Policy.MaxAttempts - 1));
        Assert.InRange(_mostInFlight, 1, MaxInFlight);
        Assert.InRange(_sendsBySecond.Values.Max(), 1, MaxInFlight);
        // The longest postponement with its jitter.
        Assert.True(_time.GetUtcNow() - Given.Start - Outage < TimeSpan.FromMinutes(17), $"ended {_time.GetUtcNow()}");
        // The breaker spares Alipay+: a probe every half minute, and what it took to open.
        Assert.InRange(_sendsInOutage, 100, 2_000);
    }

    Task<AttemptResult> INotifyPushPaymentClient.SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<AttemptResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sent.SetResult(answer);
        return answer.Task;
    }

    private void At(DateTimeOffset at, Func<Task> happen) => _events.Enqueue(happen, (at, _order++));

    private async Task SendAsync(string id)
    {
        _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var send = _sender.SendAsync(default, CancellationToken.None);
        if (await Task.WhenAny(_sent.Task, send) == send && !_sent.Task.IsCompleted)
        {
            Ended(id, await send);
            return;
        }

        var answer = await _sent.Task;
        var (isDown, second) = (IsDown, _time.GetUtcNow().ToUnixTimeSeconds());
        _mostInFlight = Math.Max(_mostInFlight, ++_inFlight);
        _sendsBySecond[second] = _sendsBySecond.GetValueOrDefault(second) + 1;
        _sendsInOutage += isDown ? 1 : 0;
        At(_time.GetUtcNow() + (isDown ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(50)), async () =>
        {
            answer.SetResult(Given.Result(isDown ? AttemptKind.NoResult : AttemptKind.Acknowledged));
            var result = await send;
            _inFlight--;
            Ended(id, result);
        });
    }

    private void Ended(string id, AttemptResult result)
    {
        var delivery = _deliveries[id] = _deliveries[id].Apply(result, _time.GetUtcNow());
        if (delivery.Phase != DeliveryPhase.Final)
        {
            At(delivery.DueAt, () =>
            {
                _deliveries[id] = _deliveries[id].TimerFired();
                return SendAsync(id);
            });
        }
    }
}
