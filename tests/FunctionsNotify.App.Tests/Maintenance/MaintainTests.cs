using FunctionsNotify.App.Tests.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Maintenance;

[Collection(SharedAzurite.Name)]
public sealed class MaintainTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    [Fact]
    public async Task Run_FirstMinute_DoesEveryPart()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, TimeSpan.FromMinutes(6));
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Failed);

        await RunAsync();

        Assert.Equal(Every("complete"), Runs());
        Assert.Equal(["action=AlertBroken: 1", "action=AlertBroken: 1"], _world.Measured.Of(TelemetryNames.Instruments.SweepActions));
        _world.Measured.Observe();
        Assert.Equal(["360"], _world.Measured.Of(TelemetryNames.Instruments.OverdueAge));
        Assert.Equal(["3600"], _world.Measured.Of(TelemetryNames.Instruments.UnacknowledgedAge));
    }

    [Fact]
    public async Task Run_LaterMinutes_LookForStuckDeliveriesHourlyAndPurgeEverySixHours()
    {
        for (var minute = 0; minute <= 360; minute += 10)
        {
            await RunAsync();
            _world.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(
            [("run=drain-poison,result=complete: 1", 37), ("run=find-stuck,result=complete: 1", 7), ("run=observe,result=complete: 1", 37), ("run=purge,result=complete: 1", 2), ("run=sweep,result=complete: 1", 37)],
            Runs().CountBy(run => run).Select(run => (run.Key, run.Value)));
    }

    [Fact]
    public async Task Run_InstancesOfThePlatform_AreAskedForByWhatItKnows()
    {
        await RunAsync();

        var (stuck, finished) = (
            Assert.Single(_world.Durable.Asked, query => query.Statuses!.Contains(OrchestrationRuntimeStatus.Pending)),
            Assert.Single(_world.Durable.Asked, query => query.Statuses!.Contains(OrchestrationRuntimeStatus.Completed)));
        Assert.Equal([OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated], stuck.Statuses);
        Assert.Equal(("np-", _world.Now - SweepRules.PendingAfter, false), (stuck.InstanceIdPrefix, stuck.CreatedTo, stuck.FetchInputsAndOutputs));
        Assert.Equal(("np-", _world.Now - new RetentionPolicy().History, false), (finished.InstanceIdPrefix, finished.CreatedTo, finished.FetchInputsAndOutputs));
    }

    [Fact]
    public async Task Run_APartFails_IsCountedAndLoggedAndTheOthersRun()
    {
        await _world.PoisonQueue.SendMessageAsync(AppWorld.Body());
        (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) = (call => call.Contains("()", StringComparison.Ordinal), 0, true);

        await RunAsync();

        // To the sweeper a missing list is a fault of the run, to the observer one of a part.
        Assert.Equal(
            ["run=drain-poison,result=complete: 1", "run=find-stuck,result=complete: 1", "run=observe,result=partial: 1", "run=purge,result=failed: 1", "run=sweep,result=failed: 1"],
            Runs());
        Assert.Contains(_world.Alerts, line => line.Contains("sweep", StringComparison.Ordinal));
        Assert.Single(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_APartTakesTooLong_IsCutOffAndTheOthersAreCounted()
    {
        _world.Calls.Hanging = call => call.Contains("visibilitytimeout=", StringComparison.Ordinal);

        var run = RunAsync();
        await Eventually.IsAsync(() => Task.FromResult(Runs()), runs => runs.Count == 4, Eventually.Soon, "the other parts");
        _world.Time.Advance(Upkeep.LongestPart);
        await run.WaitAsync(Eventually.Soon);

        Assert.Contains("run=drain-poison,result=partial: 1", Runs());
    }

    private static IEnumerable<string> Every(string result) => new[] { "drain-poison", "find-stuck", "observe", "purge", "sweep" }.Select(run => $"run={run},result={result}: 1");

    private List<string> Runs() => [.. _world.Measured.Of(TelemetryNames.Instruments.MaintenanceRuns).Order(StringComparer.Ordinal)];

    private Task RunAsync() => new MaintainFunction(new Upkeep(
        _world.Drain,
        _world.Sweeper,
        new Observer(_world.Queues, _world.Quarantine, _world.Index, [], _world.Time, _world.Log<Observer>()),
        _world.Search,
        _world.Purge,
        _world.Metrics,
        _world.Time,
        _world.Log<Upkeep>())).RunAsync(new TimerInfo(), _world.Durable.Client, CancellationToken.None);
}
