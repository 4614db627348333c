using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class GaugeTests : IDisposable
{
    private static readonly Observation Full = new()
    {
        At = Given.Start,
        Queues = [new("notifications", 4, TimeSpan.FromSeconds(90)), new("outcomes", 0, null), new("poison", 1, TimeSpan.FromHours(1))],
        Quarantine = new QuarantineStatistics(3, 2, true),
        Deliveries = new DeliveryStatistics(12, Given.Start.AddSeconds(-30), true),
        KeyExpiresAt = Given.Start.AddDays(10),
        Faults = 0,
    };

    private readonly Measurements _measurements = new();
    private readonly FakeTimeProvider _time = new(Given.Start);

    private ObservationTelemetry Telemetry => field ??= new ObservationTelemetry(_measurements.Meters, _time);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void Gauges_BeforeTheFirstObservation_AreSilent()
    {
        Assert.NotNull(Telemetry);

        Assert.Empty(_measurements.Observe().All);
    }

    [Fact]
    public void Gauges_AfterAnObservation_TellAllOfIt()
    {
        Telemetry.Record(Full);
        _time.Advance(TimeSpan.FromHours(0.05));
        _measurements.Observe();

        Assert.Equal(["queue=notifications: 4", "queue=outcomes: 0", "queue=poison: 1"], _measurements.Of(TelemetryNames.Instruments.QueueDepth));
        Assert.Equal(["queue=notifications: 90", "queue=outcomes: 0", "queue=poison: 3600"], _measurements.Of(TelemetryNames.Instruments.QueueOldestAge));
        Assert.Equal(["state=Invalid: 3", "state=Conflict: 2"], _measurements.Of(TelemetryNames.Instruments.QuarantineWaiting));
        Assert.Equal(["12"], _measurements.Of(TelemetryNames.Instruments.OpenDeliveries));
        Assert.Equal(["30"], _measurements.Of(TelemetryNames.Instruments.OverdueAge));
        Assert.Equal(["9.998"], _measurements.Of(TelemetryNames.Instruments.KeyExpiresIn));
    }

    [Fact]
    public void Gauges_OfAnOldObservation_FallSilentAndComeBackWithTheNext()
    {
        Telemetry.Record(Full);
        _time.Advance(ObservationTelemetry.FreshFor);
        Assert.NotEmpty(_measurements.Observe().All);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(_measurements.Observe().All);

        Telemetry.Record(Full);
        Assert.NotEmpty(_measurements.Observe().All);
    }

    [Fact]
    public void Gauges_PartsThatCouldNotBeRead_AreSilentAndTheOthersNot()
    {
        Telemetry.Record(Full with { Queues = null, Deliveries = null, KeyExpiresAt = null, Faults = 2 });

        Assert.Equal([TelemetryNames.Instruments.QuarantineWaiting], _measurements.Observe().All.Select(measured => measured.Instrument).Distinct());
    }

    [Fact]
    public void Gauge_KeyThatHasEnded_IsNegative()
    {
        Telemetry.Record(Full with { KeyExpiresAt = Given.Start.AddDays(-1) });

        Assert.Equal(["-1"], _measurements.Observe().Of(TelemetryNames.Instruments.KeyExpiresIn));
    }

    [Fact]
    public async Task Breaker_OpensAndCloses_IsToldAsItStands()
    {
        var policy = new OverloadPolicy { BreakerMinSends = 1, BreakerMinPayments = 1 };
        var client = new Client();
        var sender = new GuardedSender(client, policy, _time, NullLogger<GuardedSender>.Instance);
        Assert.NotNull(new BreakerTelemetry(_measurements.Meters, sender));
        Assert.Equal(["0"], Breaker());

        await sender.SendAsync("p", default, CancellationToken.None);
        Assert.Equal(["2"], Breaker());

        _time.Advance(policy.BreakerPause);
        Assert.Equal(["1"], Breaker());

        client.Kind = AttemptKind.Acknowledged;
        await sender.SendAsync("p", default, CancellationToken.None);
        Assert.Equal(["0"], Breaker());
    }

    private IReadOnlyList<string> Breaker() => _measurements.Observe().Of(TelemetryNames.Instruments.Breaker);

    private sealed class Client : INotifyPushPaymentClient
    {
        public AttemptKind Kind { get; set; } = AttemptKind.NoResult;

        public Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => Task.FromResult(Given.Result(Kind));
    }
}
