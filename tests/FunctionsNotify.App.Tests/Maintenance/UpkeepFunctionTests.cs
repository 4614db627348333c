using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Maintenance;

public sealed class UpkeepFunctionTests : IDisposable
{
    private static readonly DateTimeOffset Now = Given.Start.AddHours(2);

    private static readonly Claim Open = new()
    {
        PaymentId = Given.PaymentId,
        DeliveryId = "np-" + Given.PaymentId,
        Body = Given.Input().Body,
        BodyHashes = ["hash"],
        FirstMessageId = "m-1",
        AcceptedAt = Given.Start,
    };

    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "client");
    private readonly Mock<IClaimStore> _claims = new(MockBehavior.Strict);
    private readonly Mock<IClaimMaintenance> _maintenance = new(MockBehavior.Strict);
    private readonly Mock<IDeliveryIndex> _index = new(MockBehavior.Strict);
    private readonly Mock<IDeliveryIndexMaintenance> _rows = new(MockBehavior.Strict);
    private readonly Mock<IPurgeBookmark> _bookmark = new();
    private readonly Measurements _measured = new();

    public void Dispose() => _measured.Dispose();

    private UpkeepFactory Upkeep => new(
        _claims.Object,
        _maintenance.Object,
        _index.Object,
        _rows.Object,
        _bookmark.Object,
        new DeliveryPolicy(),
        new RetentionPolicy(),
        new FakeTimeProvider(Now),
        NullLoggerFactory.Instance);

    [Fact]
    public async Task Sweep_OverdueRow_RaisesAWakeForTheWaitingAttemptAndCountsIt()
    {
        var waiting = Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(AttemptKind.Unknown), Given.Start);
        _rows.Setup(rows => rows.ListOverdueAsync(It.IsAny<DateOnly>(), Now.AddMinutes(-1), It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync((DateOnly day, DateTimeOffset _, int _, string? _, CancellationToken _) =>
                new DeliveryIndexPage(day == DateOnly.FromDateTime(Now.UtcDateTime) ? [DeliveryIndexRow.Of(waiting)] : [], [], null));
        _claims.Setup(claims => claims.GetAsync(Given.PaymentId, It.IsAny<CancellationToken>())).ReturnsAsync(Open);
        Has(OrchestrationRuntimeStatus.Running, BriefReport.Of(waiting));
        DeliveryCommand? raised = null;
        _client.Setup(client => client.RaiseEventAsync(Open.DeliveryId, DeliveryCommand.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Callback((string _, string _, object? payload, CancellationToken _) => raised = (DeliveryCommand?)payload)
            .Returns(Task.CompletedTask);

        await new SweepFunction(Upkeep, new MaintenanceTelemetry(Meters)).RunAsync(new TimerInfo(), _client.Object, CancellationToken.None);

        Assert.Equal((CommandKind.Wake, 2), (raised!.Kind!.Value, raised.ExpectedAttempt!.Value));
        Assert.Equal(["action=Wake: 1"], _measured.Of(TelemetryNames.Instruments.SweepActions));
        Assert.Equal(["run=sweep,result=complete: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
    }

    [Fact]
    public async Task FindStuck_Run_AsksBoundedAndCountsTheBrokenDelivery()
    {
        OrchestrationQuery? query = null;
        Lists(asked => query = asked, Metadata(Open.DeliveryId, OrchestrationRuntimeStatus.Failed));
        _maintenance.Setup(claims => claims.FindAsync(Open.DeliveryId, It.IsAny<CancellationToken>())).ReturnsAsync(Open);

        await new FindStuckFunction(Upkeep, new MaintenanceTelemetry(Meters)).RunAsync(new TimerInfo(), _client.Object, CancellationToken.None);

        Assert.Equal(
            [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
            query!.Statuses);
        Assert.Equal(("np-", Now, false), (query.InstanceIdPrefix, query.CreatedTo, query.FetchInputsAndOutputs));
        Assert.Equal(["action=AlertBroken: 1"], _measured.Of(TelemetryNames.Instruments.SweepActions));
        Assert.Equal(["run=find-stuck,result=complete: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
    }

    [Fact]
    public async Task Purge_Run_RemovesFinishedInstancesOneByOneAfterLookingAtTheirClaims()
    {
        var (old, broken) = ("np-old", "np-broken");
        OrchestrationQuery? query = null;
        Lists(asked => query = asked, Metadata(old, OrchestrationRuntimeStatus.Completed, days: 31), Metadata(broken, OrchestrationRuntimeStatus.Failed, days: 31));
        _maintenance.Setup(claims => claims.FindAsync(old, It.IsAny<CancellationToken>())).ReturnsAsync(Open with { DeliveryId = old, State = DeliveryState.Delivered });
        _maintenance.Setup(claims => claims.FindAsync(broken, It.IsAny<CancellationToken>())).ReturnsAsync(Open with { DeliveryId = broken });
        _maintenance.Setup(claims => claims.ListEndedAsync(Now.AddDays(-400), It.IsAny<int>(), null, It.IsAny<CancellationToken>())).ReturnsAsync(new EndedClaimPage([], null));
        _client.Setup(client => client.PurgeInstanceAsync(old, null, It.IsAny<CancellationToken>())).ReturnsAsync(new PurgeResult(1));

        await new PurgeFunction(Upkeep, new MaintenanceTelemetry(Meters)).RunAsync(new TimerInfo(), _client.Object, CancellationToken.None);

        _client.Verify(client => client.PurgeInstanceAsync(old, null, It.IsAny<CancellationToken>()), Times.Once);
        Assert.Equal(
            [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
            query!.Statuses);
        Assert.Equal(Now.AddDays(-30), query.CreatedTo);
        Assert.Equal(["kind=history: 1"], _measured.Of(TelemetryNames.Instruments.PurgedItems));
        Assert.Equal(["run=purge,result=complete: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
    }

    [Fact]
    public async Task Sweep_AFaultOfOneDelivery_IsCountedAndTheRunIsPartial()
    {
        _rows.Setup(rows => rows.ListOverdueAsync(It.IsAny<DateOnly>(), It.IsAny<DateTimeOffset>(), It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync((DateOnly day, DateTimeOffset _, int _, string? _, CancellationToken _) =>
                new DeliveryIndexPage([], day == DateOnly.FromDateTime(Now.UtcDateTime) ? ["unreadable"] : [], null));

        await new SweepFunction(Upkeep, new MaintenanceTelemetry(Meters)).RunAsync(new TimerInfo(), _client.Object, CancellationToken.None);

        Assert.Equal(["run=sweep: 1"], _measured.Of(TelemetryNames.Instruments.UpkeepFaults));
        Assert.Equal(["run=sweep,result=partial: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, InstanceStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running, InstanceStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, InstanceStatus.Suspended)]
    [InlineData(OrchestrationRuntimeStatus.Completed, InstanceStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed, InstanceStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, InstanceStatus.Terminated)]
    public async Task Instances_Get_ReadsTheStatus(OrchestrationRuntimeStatus status, InstanceStatus expected)
    {
        Has(status, null);

        Assert.Equal(expected, (await new DurableDeliveryInstances(_client.Object).GetAsync(Open.DeliveryId, CancellationToken.None))!.Status);
    }

    private System.Diagnostics.Metrics.IMeterFactory Meters => _measured.Meters;

    private static OrchestrationMetadata Metadata(string id, OrchestrationRuntimeStatus status, int days = 0) => new(DeliverOrchestrator.Name, id)
    {
        RuntimeStatus = status,
        CreatedAt = Now.AddDays(-days),
        LastUpdatedAt = Now.AddDays(-days),
    };

    private void Has(OrchestrationRuntimeStatus status, DeliveryReport? report) =>
        _client.Setup(client => client.GetInstanceAsync(Open.DeliveryId, true, It.IsAny<CancellationToken>())).ReturnsAsync(new OrchestrationMetadata(DeliverOrchestrator.Name, Open.DeliveryId)
        {
            RuntimeStatus = status,
            CreatedAt = Given.Start,
            LastUpdatedAt = Given.Start,
            DataConverter = WorkerJson.Converter,
            SerializedCustomStatus = WorkerJson.Write(report),
        });

    private void Lists(Action<OrchestrationQuery?> asked, params OrchestrationMetadata[] instances) =>
        _client.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Callback(asked)
            .Returns(Pageable.Create((_, _) => Task.FromResult(new Page<OrchestrationMetadata>(instances))));
}
