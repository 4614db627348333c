using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Maintenance;

public sealed class ObserveFunctionTests : IDisposable
{
    private readonly Mock<IQueueStatistics> _queues = new();
    private readonly Mock<IQuarantineStatistics> _quarantine = new();
    private readonly Mock<IDeliveryStatistics> _deliveries = new();
    private readonly Mock<IKeyExpiry> _key = new();
    private readonly Measurements _measured = new();

    public ObserveFunctionTests()
    {
        _queues.Setup(queues => queues.ReadAsync(It.IsAny<CancellationToken>())).ReturnsAsync([new QueueStatistics("poison", 2, TimeSpan.FromSeconds(7))]);
        _quarantine.Setup(quarantine => quarantine.CountWaitingAsync(It.IsAny<CancellationToken>())).ReturnsAsync(new QuarantineStatistics(3, 1, true));
        _deliveries.Setup(deliveries => deliveries.ReadAsync(Given.Start, It.IsAny<CancellationToken>())).ReturnsAsync(new DeliveryStatistics(5, Given.Start.AddSeconds(-6), true));
        _key.Setup(key => key.GetAsync(It.IsAny<CancellationToken>())).ReturnsAsync(Given.Start.AddDays(20));
    }

    public void Dispose() => _measured.Dispose();

    [Fact]
    public async Task Run_EverythingAnswers_TheGaugesTellIt()
    {
        await RunAsync();

        Assert.Equal(["run=observe,result=complete: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
        _measured.Observe();
        Assert.Equal(["queue=poison: 2"], _measured.Of(TelemetryNames.Instruments.QueueDepth));
        Assert.Equal(["queue=poison: 7"], _measured.Of(TelemetryNames.Instruments.QueueOldestAge));
        Assert.Equal(["state=Invalid: 3", "state=Conflict: 1"], _measured.Of(TelemetryNames.Instruments.QuarantineWaiting));
        Assert.Equal(["5"], _measured.Of(TelemetryNames.Instruments.OpenDeliveries));
        Assert.Equal(["6"], _measured.Of(TelemetryNames.Instruments.OverdueAge));
        Assert.Equal(["20"], _measured.Of(TelemetryNames.Instruments.KeyExpiresIn));
    }

    [Fact]
    public async Task Run_StorageIsAway_DoesNotThrowAndIsPartial()
    {
        _queues.Setup(queues => queues.ReadAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());

        await RunAsync();

        Assert.Equal(["run=observe,result=partial: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
        Assert.Empty(_measured.Observe().Of(TelemetryNames.Instruments.QueueDepth));
    }

    private Task RunAsync()
    {
        var time = new FakeTimeProvider(Given.Start);
        var observer = new Observer(_queues.Object, _quarantine.Object, _deliveries.Object, [_key.Object], time, NullLogger<Observer>.Instance);
        return new ObserveFunction(observer, new ObservationTelemetry(_measured.Meters, time), new MaintenanceTelemetry(_measured.Meters))
            .RunAsync(new TimerInfo(), CancellationToken.None);
    }
}
