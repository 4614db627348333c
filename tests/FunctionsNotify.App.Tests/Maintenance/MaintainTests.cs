using FunctionsNotify.App.Tests.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Maintenance;

[Collection(SharedAzurite.Name)]
public sealed class MaintainTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private AppWorld _world = null!;

    public async Task InitializeAsync() => _world = await AppWorld.NewAsync(azurite);

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Run_EachMinute_DrainsSweepsAndObserves()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, TimeSpan.FromMinutes(6));
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Failed);

        await RunAsync();

        Assert.Equal(["run=drain-poison,result=complete: 1", "run=observe,result=complete: 1", "run=sweep,result=complete: 1"], Runs());
        Assert.Equal(["action=AlertBroken: 1"], _world.Measured.Of(TelemetryNames.Instruments.SweepActions));
        _world.Measured.Observe();
        Assert.Equal(["360"], _world.Measured.Of(TelemetryNames.Instruments.OverdueAge));
        Assert.Equal(["3600"], _world.Measured.Of(TelemetryNames.Instruments.UnacknowledgedAge));
    }

    [Fact]
    public async Task Run_OnceAnHour_LooksForStuckDeliveriesToo()
    {
        var claim = await _world.ClaimAsync();
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Failed);
        _world.Time.Advance(TimeSpan.FromMinutes(MaintainFunction.SearchMinute));

        await RunAsync();

        Assert.Equal(
            [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
            _world.Durable.Asked!.Statuses);
        Assert.Equal(("np-", _world.Now, false), (_world.Durable.Asked.InstanceIdPrefix, _world.Durable.Asked.CreatedTo, _world.Durable.Asked.FetchInputsAndOutputs));
        Assert.Contains("run=find-stuck,result=complete: 1", Runs());
        Assert.Equal(["action=AlertBroken: 1"], _world.Measured.Of(TelemetryNames.Instruments.SweepActions));
    }

    [Fact]
    public async Task Run_AtNight_Purges()
    {
        var claim = await _world.ClaimAsync(state: DeliveryState.Delivered, endedAt: Given.Start);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Completed, createdAt: Given.Start.AddDays(-60));
        _world.Time.SetUtcNow(new DateTimeOffset(Given.Start.UtcDateTime.Date, TimeSpan.Zero).AddDays(1).AddHours(MaintainFunction.LastPurgeHour).AddMinutes(MaintainFunction.PurgeMinute));

        await RunAsync();

        Assert.Contains("run=purge,result=complete: 1", Runs());
        Assert.Equal(["kind=history: 1"], _world.Measured.Of(TelemetryNames.Instruments.PurgedItems));
        Assert.Empty(_world.Durable.Instances);
    }

    [Fact]
    public async Task Run_APartFails_IsCountedAndLoggedAndTheOthersRun()
    {
        await _world.PoisonQueue.SendMessageAsync(AppWorld.Body());
        (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) = (call => call.Contains("()", StringComparison.Ordinal), 0, true);

        await RunAsync();

        // To the sweeper a missing list is a fault of the run, to the observer one of a part.
        Assert.Equal(["run=drain-poison,result=complete: 1", "run=observe,result=partial: 1", "run=sweep,result=failed: 1"], Runs());
        Assert.Contains(_world.Alerts, line => line.Contains("sweep", StringComparison.Ordinal));
        Assert.Single(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_APartTakesTooLong_IsCutOffAndTheOthersAreCounted()
    {
        _world.Calls.Hanging = call => call.Contains("()", StringComparison.Ordinal) && !call.Contains("select", StringComparison.Ordinal);

        var run = RunAsync();
        await Eventually.IsAsync(() => Task.FromResult(Runs()), runs => runs.Count == 2, Eventually.Soon, "the other parts");
        _world.Time.Advance(TimeSpan.FromSeconds(50));
        await run.WaitAsync(Eventually.Soon);

        Assert.Contains("run=sweep,result=partial: 1", Runs());
    }

    private List<string> Runs() => [.. _world.Measured.Of(TelemetryNames.Instruments.MaintenanceRuns).Order(StringComparer.Ordinal)];

    private Task RunAsync() => new MaintainFunction(
        new Upkeep(
        _world.Drain,
        _world.Sweeper,
        new Observer(_world.Queues, _world.Quarantine, _world.Index, [], _world.Time, _world.Log<Observer>()),
        _world.Search,
        _world.Purge,
        _world.Metrics,
        _world.Time,
        _world.Log<Upkeep>()),
        _world.Time).RunAsync(new TimerInfo(), _world.Durable.Client, CancellationToken.None);
}
