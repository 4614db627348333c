using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>An engine over a real file, with a clock that the test moves.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().AddSingleton<AttemptTelemetry>().BuildServiceProvider();

    public EngineUnderTest(LocalState state, INotifyPushPaymentClient client, RecordingPublisher publisher, TimeProvider time, EngineOptions? options = null)
    {
        State = state;
        Publisher = publisher;
        options ??= new EngineOptions { StopGrace = TimeSpan.FromSeconds(1) };
        var outbox = new OutcomeOutbox(publisher, state.Writer, options, time, NullLogger<OutcomeOutbox>.Instance);
        var sender = new GuardedSender(client, new OverloadPolicy { BreakerMinSends = int.MaxValue }, time, NullLogger<GuardedSender>.Instance);
        Engine = new DeliveryEngine(sender, state.Writer, state.Reader, state.Fresh, outbox, options, _meters.GetRequiredService<AttemptTelemetry>(), time, NullLogger<DeliveryEngine>.Instance);
    }

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public LocalState State { get; }

    public RecordingPublisher Publisher { get; }

    public DeliveryEngine Engine { get; }

    /// <summary>What intake does with a new payment.</summary>
    public async Task<Claim> AcceptAsync(string paymentId, DateTimeOffset now, DeliveryPolicy? policy = null)
    {
        var claim = Payments.Claim(paymentId, now);
        Assert.Null(await State.Claims.TryInsertAsync(claim, CancellationToken.None));
        Assert.Equal(StartResult.Started, await Engine.StartAsync(Payments.Input(claim, policy ?? new DeliveryPolicy()), CancellationToken.None));
        return claim;
    }

    public Delivery Recorded(string deliveryId) => State.Reader.FindDelivery(deliveryId)!.Delivery;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _meters.DisposeAsync();
    }
}
