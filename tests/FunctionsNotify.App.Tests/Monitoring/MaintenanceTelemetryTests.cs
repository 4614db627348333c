using System.Collections.Immutable;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class MaintenanceTelemetryTests : IDisposable
{
    private readonly Measurements _measurements = new();

    private MaintenanceTelemetry Telemetry => field ??= new MaintenanceTelemetry(_measurements.Meters);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public async Task Runs_ThatDidEverything_AreComplete()
    {
        await Telemetry.DrainPoisonAsync(() => Task.FromResult(new PoisonDrainReport(3, 1, 0)));
        await Telemetry.SweepAsync(() => Task.FromResult(Swept()));
        await Telemetry.FindStuckAsync(() => Task.FromResult(Swept()));
        await Telemetry.PurgeAsync(() => Task.FromResult(new PurgeReport(0, 0, 5, 0, true)));
        await Telemetry.ObserveAsync(() => Task.FromResult(Observed(faults: 0)));

        Assert.Equal(
            new[] { "drain-poison", "sweep", "find-stuck", "purge", "observe" }.Select(run => $"run={run},result=complete: 1"),
            _measurements.Of(TelemetryNames.Instruments.MaintenanceRuns));
        Assert.Equal(5, _measurements.All.Count);
    }

    [Fact]
    public async Task Runs_ThatLeftSomething_ArePartial()
    {
        await Telemetry.DrainPoisonAsync(() => Task.FromResult(new PoisonDrainReport(3, 1, 2)));
        await Telemetry.SweepAsync(() => Task.FromResult(Swept() with { IsComplete = false }));
        await Telemetry.FindStuckAsync(() => Task.FromResult(Swept() with { Faults = 2 }));
        await Telemetry.PurgeAsync(() => Task.FromResult(new PurgeReport(4, 7, 0, 1, true)));
        await Telemetry.ObserveAsync(() => Task.FromResult(Observed(faults: 1)));

        Assert.All(_measurements.Of(TelemetryNames.Instruments.MaintenanceRuns), run => Assert.EndsWith("result=partial: 1", run, StringComparison.Ordinal));
        Assert.Equal(["run=find-stuck: 2", "run=purge: 1"], _measurements.Of(TelemetryNames.Instruments.UpkeepFaults));
        Assert.Equal(["kind=history: 4", "kind=claim: 7"], _measurements.Of(TelemetryNames.Instruments.PurgedItems));
    }

    [Fact]
    public async Task Run_ThatThrows_IsFailedAndOneThatIsStoppedIsPartial()
    {
        await Assert.ThrowsAsync<IOException>(() => Telemetry.SweepAsync(() => throw new IOException()));
        await Assert.ThrowsAsync<TaskCanceledException>(() => Telemetry.SweepAsync(() => Task.FromCanceled<SweepReport>(new CancellationToken(canceled: true))));

        Assert.Equal(["run=sweep,result=failed: 1", "run=sweep,result=partial: 1"], _measurements.All.Select(measured => measured.ToString()));
    }

    [Fact]
    public async Task Sweep_Actions_AreCountedByTheirNames()
    {
        await Telemetry.SweepAsync(() => Task.FromResult(Swept((SweepAction.Wake, 2), (SweepAction.AlertBroken, 1))));

        Assert.Equal(["action=Wake: 2", "action=AlertBroken: 1"], _measurements.Of(TelemetryNames.Instruments.SweepActions));
    }

    private static SweepReport Swept(params (SweepAction Action, int Count)[] actions) =>
        new(5, actions.ToImmutableSortedDictionary(each => each.Action, each => each.Count), 0, true);

    private static Observation Observed(int faults) => new()
    {
        At = Given.Start,
        Faults = faults,
        Quarantine = new QuarantineStatistics(0, 0, true),
        Deliveries = new DeliveryStatistics(0, null, true),
    };
}
