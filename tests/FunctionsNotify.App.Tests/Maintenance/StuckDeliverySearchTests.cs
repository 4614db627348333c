namespace FunctionsNotify.App.Tests.Core;

public sealed class StuckDeliverySearchTests
{
    private readonly UpkeepHost _host = new();

    [Theory]
    [InlineData(InstanceStatus.Failed, SweepAction.AlertBroken)]
    [InlineData(InstanceStatus.Terminated, SweepAction.AlertBroken)]
    [InlineData(InstanceStatus.Pending, SweepAction.AlertPending)]
    public async Task Run_UnderAnOpenClaim_AlertsOnce(InstanceStatus status, SweepAction action)
    {
        var claim = _host.Claim();
        _host.Instance(claim.DeliveryId, status);

        var report = await _host.SearchAsync();

        Assert.Equal([new KeyValuePair<SweepAction, int>(action, 1)], report.Actions);
        Assert.Contains("p-1", Assert.Single(_host.Alerts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HashedPaymentIdAndRepairedDelivery_FindsItsClaim()
    {
        var claim = _host.Claim("支付", generation: 3);
        _host.Instance(claim.DeliveryId, InstanceStatus.Failed);

        Assert.Equal([SweepAction.AlertBroken], (await _host.SearchAsync()).Actions.Keys);
    }

    [Fact]
    public async Task Run_NothingThatAPersonMustDo_SaysNothing()
    {
        _host.Claim("ended", state: DeliveryState.Cancelled);
        _host.Claim("repaired", generation: 2);
        _host.Claim("young");
        _host.Instance("np-ended", InstanceStatus.Failed);
        _host.Instance("np-repaired", InstanceStatus.Failed);
        _host.Instance("np-forgotten", InstanceStatus.Terminated);
        _host.Instance("np-young", InstanceStatus.Pending, createdAt: _host.Now.AddMinutes(-1));

        var report = await _host.SearchAsync();

        Assert.Equal(4, report.Seen);
        Assert.Empty(report.Actions);
        Assert.Empty(_host.Alerts);
    }

    [Fact]
    public async Task Run_FaultOfOneClaim_LeavesTheOthers()
    {
        _host.Instance(_host.Claim("p-1").DeliveryId, InstanceStatus.Failed);
        _host.Instance(_host.Claim("p-2").DeliveryId, InstanceStatus.Failed);
        _host.CallsUntilFault = 0;

        var report = await _host.SearchAsync();

        Assert.Equal((1, 1), (report.Faults, report.Actions[SweepAction.AlertBroken]));
    }
}
