using FunctionsNotify.App.Tests.Storage;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Core;

[Collection(SharedAzurite.Name)]
public sealed class StuckSearchTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed, SweepAction.AlertBroken)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, SweepAction.AlertBroken)]
    [InlineData(OrchestrationRuntimeStatus.Pending, SweepAction.AlertPending)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, SweepAction.AlertSuspended)]
    public async Task Run_UnderAnOpenClaim_AlertsOnce(OrchestrationRuntimeStatus status, SweepAction action)
    {
        var claim = await _world.ClaimAsync();
        _world.Durable.Has(claim.DeliveryId, status);

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal([new KeyValuePair<SweepAction, int>(action, 1)], report!.Actions);
        Assert.Contains("p-1", Assert.Single(_world.Alerts), StringComparison.Ordinal);
    }

    // What it has to tell, it tells when it is resumed.
    [Fact]
    public async Task Run_SuspendedUnderAnEndedClaim_Alerts()
    {
        var claim = await _world.ClaimAsync(state: DeliveryState.Delivered);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Suspended);

        Assert.Equal([SweepAction.AlertSuspended], (await _world.Search.RunAsync(_world.Durable.Client, default))!.Actions.Keys);
    }

    // The simulation's find: a forced repair replaced it, and nothing would ever have ended it.
    [Fact]
    public async Task Run_SuspendedAndReplaced_Alerts()
    {
        var claim = await _world.ClaimAsync(generation: 2);
        _world.Durable.Has(DeliveryIds.ForDelivery(claim.PaymentId, 1), OrchestrationRuntimeStatus.Suspended);

        Assert.Equal([SweepAction.AlertSuspended], (await _world.Search.RunAsync(_world.Durable.Client, default))!.Actions.Keys);
    }

    [Fact]
    public async Task Run_HashedPaymentIdAndRepairedDelivery_FindsItsClaim()
    {
        var claim = await _world.ClaimAsync("支付", generation: 3);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Failed);

        Assert.Equal([SweepAction.AlertBroken], (await _world.Search.RunAsync(_world.Durable.Client, default))!.Actions.Keys);
    }

    [Fact]
    public async Task Run_NothingThatAPersonMustDo_SaysNothing()
    {
        await _world.ClaimAsync("ended", state: DeliveryState.Cancelled);
        await _world.ClaimAsync("repaired", generation: 2);
        await _world.ClaimAsync("young");
        _world.Durable.Has(DeliveryIds.ForDelivery("ended", 1), OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has(DeliveryIds.ForDelivery("repaired", 1), OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has(DeliveryIds.ForDelivery("forgotten", 1), OrchestrationRuntimeStatus.Terminated);
        _world.Durable.Has(DeliveryIds.ForDelivery("young", 1), OrchestrationRuntimeStatus.Pending, createdAt: _world.Now.AddMinutes(-1));

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal(3, report!.Seen);
        Assert.Empty(report.Actions);
        Assert.Empty(_world.Alerts);
    }

    // Repaired ones keep their failed instances until those are purged, and lie before it in the platform's order.
    [Fact]
    public async Task Run_BrokenOneBehindManyRepairedOnes_IsFoundByALaterSlice()
    {
        for (var number = 0; number < 9; number++)
        {
            await _world.ClaimAsync($"p-{number}", generation: 2);
            _world.Durable.Has(DeliveryIds.ForDelivery($"p-{number}", 1), OrchestrationRuntimeStatus.Failed);
        }

        _world.Durable.Has((await _world.ClaimAsync("q")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        _world.Calls.AtEach = () => _world.Time.Advance(StuckSearch.Slice / 5);
        var slices = new List<SweepReport>();
        do
        {
            slices.Add((await _world.Search.RunAsync(_world.Durable.Client, default, pageSize: 2))!);
            Assert.InRange(slices.Count, 1, 10);
        }
        while (!slices[^1].IsComplete);

        Assert.InRange(slices.Count, 2, 10);
        Assert.Equal(10, slices.Sum(slice => slice.Seen));
        Assert.Equal([SweepAction.AlertBroken], slices[^1].Actions.Keys);
        Assert.Contains(" q,", Assert.Single(_world.Alerts), StringComparison.Ordinal);
        Assert.Null(await _world.Search.RunAsync(_world.Durable.Client, default));
    }

    // The place has moved on: what a slice found is told by that slice or by none.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_FailsOrIsCutOffBehindAFind_TellsTheFind(bool isCutOff)
    {
        _world.Durable.Has((await _world.ClaimAsync("p-1")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has((await _world.ClaimAsync("p-2")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        var pages = 0;
        bool IsSecondPage(string call) => call == "durable list" && ++pages == 2;
        if (isCutOff)
        {
            _world.Calls.Hanging = IsSecondPage;
        }
        else
        {
            (_world.Calls.Only, _world.Calls.UntilFault) = (IsSecondPage, 0);
        }

        using var stop = new CancellationTokenSource();
        var run = _world.Search.RunAsync(_world.Durable.Client, stop.Token, pageSize: 1);
        if (isCutOff)
        {
            await Eventually.BecomesTrueAsync(() => _world.Calls.IsHanging, Eventually.Soon, "the second page");
            await stop.CancelAsync();
        }

        var report = (await run)!;
        Assert.Equal((1, isCutOff ? 0 : 1, false), (report.Actions[SweepAction.AlertBroken], report.Faults, report.IsComplete));
    }

    [Fact]
    public async Task Run_NothingCouldBeRead_Fails()
    {
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call == "durable list", 0);

        await Assert.ThrowsAsync<InfrastructureException>(() => _world.Search.RunAsync(_world.Durable.Client, default));
    }

    // It has no row yet: that is written after the first attempt.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_FirstAttemptNeverMade_Alerts(bool hasStatus)
    {
        var claim = await _world.ClaimAsync();
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, hasStatus ? Sending(16) : null);

        Assert.Equal([SweepAction.AlertStuck], (await _world.Search.RunAsync(_world.Durable.Client, default))!.Actions.Keys);
        Assert.Contains("p-1", Assert.Single(_world.Alerts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WaitingAndOverdueWithoutARow_IsWoken()
    {
        var claim = await _world.ClaimAsync();
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(6));

        Assert.Equal([SweepAction.Wake], (await _world.Search.RunAsync(_world.Durable.Client, default))!.Actions.Keys);
        Assert.Equal((claim.DeliveryId, CommandKind.Wake), (Assert.Single(_world.Durable.Sent).DeliveryId, _world.Durable.Sent[0].Command.Kind));
    }

    [Fact]
    public async Task Run_RunningAndInTime_CostsNoReadOfItsClaim()
    {
        _world.Durable.Has((await _world.ClaimAsync("sending")).DeliveryId, OrchestrationRuntimeStatus.Running, Sending(1));
        _world.Durable.Has((await _world.ClaimAsync("waiting")).DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(-60));
        _world.Durable.Has((await _world.ClaimAsync("ending")).DeliveryId, OrchestrationRuntimeStatus.Running, Sending(16) with { Phase = DeliveryPhase.Final, NextDueAt = null });
        var calls = new List<string>();
        _world.Calls.Hanging = call =>
        {
            calls.Add(call);
            return false;
        };

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal((3, 0), (report!.Seen, report.Actions.Count));
        Assert.DoesNotContain(calls, call => call.Contains("np-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_StuckWithAnOpenRow_IsTheSweepers()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, TimeSpan.FromMinutes(16));
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Sending(16));

        Assert.Empty((await _world.Search.RunAsync(_world.Durable.Client, default))!.Actions);
        Assert.Equal([SweepAction.AlertStuck], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
    }

    [Fact]
    public async Task Run_FaultOfOneClaim_LeavesTheOthers()
    {
        _world.Durable.Has((await _world.ClaimAsync("p-1")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        _world.Durable.Has((await _world.ClaimAsync("p-2")).DeliveryId, OrchestrationRuntimeStatus.Failed);
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call.Contains("np-p-1", StringComparison.Ordinal), 0);

        var report = await _world.Search.RunAsync(_world.Durable.Client, default);

        Assert.Equal((1, 1), (report!.Faults, report.Actions[SweepAction.AlertBroken]));
    }

    private DeliveryReport Sending(int dueForMinutes) => DeliveryReport.Of(Given.Delivery(paymentId: "p-1")) with { NextDueAt = _world.Now.AddMinutes(-dueForMinutes) };

    private DeliveryReport Waiting(int overdueByMinutes) =>
        DeliveryReport.Of(Given.Delivery(paymentId: "p-1").Apply(Given.Result(AttemptKind.Unknown), Given.Start)) with { NextDueAt = _world.Now.AddMinutes(-overdueByMinutes) };
}
