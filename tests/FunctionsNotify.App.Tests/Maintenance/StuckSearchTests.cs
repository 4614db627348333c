using FunctionsNotify.App.Tests.Storage;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Core;

[Collection(SharedAzurite.Name)]
public sealed class StuckSearchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private AppWorld _world = null!;

    public async Task InitializeAsync() => _world = await AppWorld.NewAsync(azurite);

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed, SweepAction.AlertBroken)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, SweepAction.AlertBroken)]
    [InlineData(OrchestrationRuntimeStatus.Pending, SweepAction.AlertPending)]
    public async Task Run_UnderAnOpenClaim_AlertsOnce(OrchestrationRuntimeStatus status, SweepAction action)
    {
        var claim = await _world.ClaimAsync();
        _world.Durable.Has(claim.DeliveryId, status);

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal([new KeyValuePair<SweepAction, int>(action, 1)], report.Actions);
        Assert.Contains("p-1", Assert.Single(_world.Alerts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HashedPaymentIdAndRepairedDelivery_FindsItsClaim()
    {
        var claim = await _world.ClaimAsync("支付", generation: 3);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Failed);

        Assert.Equal([SweepAction.AlertBroken], (await _world.Search.RunAsync(_world.Durable.Client, default)).Actions.Keys);
    }

    [Fact]
    public async Task Run_NothingThatAPersonMustDo_SaysNothing()
    {
        await _world.ClaimAsync("ended", state: DeliveryState.Cancelled);
        await _world.ClaimAsync("repaired", generation: 2);
        await _world.ClaimAsync("young");
        _world.Durable.Has("np-ended", OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has("np-repaired", OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has("np-forgotten", OrchestrationRuntimeStatus.Terminated);
        _world.Durable.Has("np-young", OrchestrationRuntimeStatus.Pending, createdAt: _world.Now.AddMinutes(-1));

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal(4, report.Seen);
        Assert.Empty(report.Actions);
        Assert.Empty(_world.Alerts);
    }

    [Fact]
    public async Task Run_FaultOfOneClaim_LeavesTheOthers()
    {
        _world.Durable.Has((await _world.ClaimAsync("p-1")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has((await _world.ClaimAsync("p-2")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        _world.Calls.UntilFault = 0;

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal((1, 1), (report.Faults, report.Actions[SweepAction.AlertBroken]));
    }
}
