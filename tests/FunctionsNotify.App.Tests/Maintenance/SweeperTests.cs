namespace FunctionsNotify.App.Tests.Core;

public sealed class SweeperTests
{
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(6);

    private readonly UpkeepHost _host = new();

    [Fact]
    public async Task Run_WaitingAndOverdue_WakesTheWaitingAttempt()
    {
        var claim = _host.Claim();
        _host.Row(claim, Overdue);
        _host.Instance(claim.DeliveryId, InstanceStatus.Running, Waiting(Overdue));

        var report = await _host.SweepAsync();

        var (deliveryId, command) = Assert.Single(_host.Sent);
        Assert.Equal((claim.DeliveryId, CommandKind.Wake, 2), (deliveryId, command.Kind!.Value, command.ExpectedAttempt!.Value));
        Assert.Equal(1, report.Actions[SweepAction.Wake]);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public void Wake_OfAnOverdueDelivery_IsAppliedOnce()
    {
        var waiting = Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), Given.Start);
        var wake = SweepRules.Wake(DeliveryReport.Of(waiting));

        var woken = waiting.Apply(wake, waiting.DueAt.AddMinutes(6));

        Assert.InRange(wake.Id.Length, 1, DeliveryCommand.MaxIdLength);
        Assert.Equal(DeliveryPhase.Sending, woken.Phase);
        Assert.Equal(CommandResult.Applied, Assert.Single(woken.Verdicts).Result);
        Assert.Same(woken, woken.Apply(SweepRules.Wake(DeliveryReport.Of(waiting)), waiting.DueAt.AddMinutes(11)));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    public async Task Run_WithinTheMargin_DoesNothing(int rowMinutes, int reportMinutes)
    {
        var claim = _host.Claim();
        _host.Row(claim, TimeSpan.FromMinutes(rowMinutes));
        _host.Instance(claim.DeliveryId, InstanceStatus.Running, Waiting(TimeSpan.FromMinutes(reportMinutes)));

        Assert.Empty((await _host.SweepAsync()).Actions);
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public async Task Run_RowLagsBehindTheDelivery_IsMendedAndNothingIsWoken()
    {
        var claim = _host.Claim();
        _host.Row(claim, Overdue);
        _host.Instance(claim.DeliveryId, InstanceStatus.Running, Waiting(-Overdue));

        await _host.SweepAsync();

        Assert.Empty(_host.Sent);
        Assert.Equal(_host.Now + Overdue, _host.Rows[claim.DeliveryId].NextDueAt);
        Assert.Empty((await _host.SweepAsync()).Actions);
    }

    [Theory]
    [InlineData(InstanceStatus.Failed, SweepAction.AlertBroken, "repair")]
    [InlineData(InstanceStatus.Terminated, SweepAction.AlertBroken, "repair")]
    [InlineData(InstanceStatus.Suspended, SweepAction.AlertSuspended, "resume")]
    [InlineData(InstanceStatus.Pending, SweepAction.AlertPending, "runs")]
    public async Task Run_NeedsAPerson_AlertsOnceARunAndChangesNothing(InstanceStatus status, SweepAction action, string advice)
    {
        var claim = _host.Claim();
        _host.Row(claim, Overdue);
        _host.Instance(claim.DeliveryId, status);

        var report = await _host.SweepAsync();

        Assert.Equal([new KeyValuePair<SweepAction, int>(action, 1)], report.Actions);
        var alert = Assert.Single(_host.Alerts);
        Assert.Contains(claim.DeliveryId, alert, StringComparison.Ordinal);
        Assert.Contains(advice, alert, StringComparison.Ordinal);
        Assert.Empty(_host.Started);
        Assert.Empty(_host.Sent);
        Assert.Single(_host.Rows);
    }

    [Fact]
    public async Task Run_PendingForLessThanAQuarterOfAnHour_IsNoAlert()
    {
        var claim = _host.Claim();
        _host.Row(claim, Overdue);
        _host.Instance(claim.DeliveryId, InstanceStatus.Pending, createdAt: _host.Now.AddMinutes(-14));

        Assert.Empty((await _host.SweepAsync()).Actions);
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([SweepAction.AlertPending], (await _host.SweepAsync()).Actions.Keys);
    }

    [Fact]
    public async Task Run_AttemptDueThatNoWorkerMakes_Alerts()
    {
        var claim = _host.Claim();
        _host.Row(claim, TimeSpan.FromMinutes(16));
        _host.Instance(claim.DeliveryId, InstanceStatus.Running, Waiting(TimeSpan.FromMinutes(16)) with { Phase = DeliveryPhase.Sending });

        Assert.Equal([SweepAction.AlertStuck], (await _host.SweepAsync()).Actions.Keys);
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public async Task Run_OpenRowWithoutInstance_AlertsAndStartsNothing()
    {
        _host.Row(_host.Claim(), Overdue);

        Assert.Equal([SweepAction.AlertMissing], (await _host.SweepAsync()).Actions.Keys);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task Run_PreparedAndClaimedForOverAMinute_StartsFromTheClaim()
    {
        var claim = _host.Claim(generation: 2);
        _host.Row(claim, TimeSpan.FromSeconds(61), starting: true);

        await _host.SweepAsync();

        var started = Assert.Single(_host.Started);
        Assert.Equal(("np-p-1~2", "np-p-1", "{}"), (started.DeliveryId, started.Supersedes, System.Text.Encoding.UTF8.GetString(started.Body.Span)));
    }

    [Fact]
    public async Task Run_PreparedForLessThanAMinute_IsLeftToWhoPreparedIt()
    {
        var claim = _host.Claim(generation: 2);
        _host.Row(claim, TimeSpan.FromSeconds(59), starting: true);
        _host.Row(_host.Claim() with { DeliveryId = "np-p-1~3" }, TimeSpan.FromSeconds(59), starting: true);

        Assert.Empty((await _host.SweepAsync()).Actions);
        Assert.Equal(2, _host.Rows.Count);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task Run_PreparedAndNeverClaimed_DropsTheRow()
    {
        var claim = _host.Claim();
        _host.Row(claim with { DeliveryId = "np-p-1~2" }, TimeSpan.FromMinutes(2), starting: true);

        Assert.Equal([SweepAction.DropRow], (await _host.SweepAsync()).Actions.Keys);
        Assert.Empty(_host.Rows);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task Run_PreparedAndEnded_DropsTheRow()
    {
        var claim = _host.Claim(generation: 2, state: DeliveryState.Delivered);
        _host.Row(claim, TimeSpan.FromMinutes(2), starting: true);
        _host.Instance(claim.DeliveryId, InstanceStatus.Completed);

        await _host.SweepAsync();

        Assert.Empty(_host.Rows);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task Run_RowOfADeliveryThatARepairReplaced_IsDropped()
    {
        var old = _host.Claim();
        _host.Row(old, Overdue);
        _host.Claim(generation: 2);
        _host.Instance(old.DeliveryId, InstanceStatus.Failed);

        await _host.SweepAsync();

        Assert.Empty(_host.Rows);
        Assert.Empty(_host.Alerts);
    }

    [Theory]
    [InlineData(InstanceStatus.Running, DeliveryState.Open)]
    [InlineData(InstanceStatus.Completed, DeliveryState.Rejected)]
    public async Task Run_OpenRowUnderAFinalClaim_IsMendedOnlyWhenNobodyElseWill(InstanceStatus status, DeliveryState expected)
    {
        var claim = _host.Claim(state: DeliveryState.Rejected);
        _host.Row(claim, Overdue);
        _host.Instance(claim.DeliveryId, status);

        await _host.SweepAsync();

        Assert.Equal(expected, _host.Rows[claim.DeliveryId].State);
        Assert.Empty(_host.Alerts);
    }

    // The claim of a redelivery is open or final before as after: what counts is whose delivery it names.
    [Theory]
    [InlineData(41)]
    [InlineData(200)]
    [InlineData(400)]
    public async Task Run_RedeliveryOfAnOldPaymentCutOffBeforeItsStart_IsStartedWithinAnHour(int days)
    {
        var claim = _host.Claim(generation: 2) with { AcceptedAt = _host.Now.AddDays(-days), Body = "{\"a\":1}"u8.ToArray() };
        _host.Claims["p-1"] = claim;
        _host.Row(claim, TimeSpan.FromMinutes(2), starting: true);

        for (var run = 0; run < 12; run++)
        {
            await _host.SweepAsync();
            _host.Time.Advance(TimeSpan.FromMinutes(5));
        }

        var started = Assert.Single(_host.Started);
        Assert.Equal((claim.DeliveryId, "np-p-1"), (started.DeliveryId, started.Supersedes));
        Assert.Equal(claim.Body.ToArray(), started.Body.ToArray());
    }

    [Theory]
    [InlineData(DeliveryState.Exhausted)]
    [InlineData(DeliveryState.Open)]
    public async Task Run_RedeliveryCutOffBeforeItsClaim_LeavesTheEndedOrWinningDelivery(DeliveryState state)
    {
        // The row of generation 3 was prepared; the claim is of generation 2, ended or won by another operator.
        var claim = _host.Claim(generation: 2, state: state);
        _host.Row(claim with { DeliveryId = "np-p-1~3" }, TimeSpan.FromMinutes(2), starting: true);
        _host.Instance(claim.DeliveryId, state == DeliveryState.Open ? InstanceStatus.Running : InstanceStatus.Completed);

        Assert.Equal([SweepAction.DropRow], (await _host.SweepAsync()).Actions.Keys);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task Run_ManyRowsOnSeveralPagesAndDays_SeesEach()
    {
        for (var number = 0; number < 9; number++)
        {
            var claim = _host.Claim($"p-{number}") with { AcceptedAt = _host.Now.AddDays(-4 * number) };
            _host.Row(claim, Overdue);
            _host.Row(claim with { DeliveryId = claim.DeliveryId + "~9" }, Overdue);
            _host.Row(claim with { DeliveryId = claim.DeliveryId + "~8" }, Overdue);
        }

        var report = await _host.SweepAsync();

        Assert.Equal((27, 18, 9, true), (report.Seen, report.Actions[SweepAction.DropRow], report.Actions[SweepAction.AlertMissing], report.IsComplete));
    }

    // The calls of one start: the list, the claim, the instance and the start itself; then the lists of the other days.
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Run_FaultAtAnyStep_IsCountedAndTheNextRunStartsItOnce(int call, bool effectBefore)
    {
        var claim = _host.Claim(generation: 2);
        _host.Row(claim, TimeSpan.FromMinutes(2), starting: true);
        _host.CallsUntilFault = call;
        _host.EffectBeforeFault = effectBefore;

        Assert.Equal(1, (await _host.SweepAsync()).Faults);
        _host.CallsUntilFault = null;
        var second = await _host.SweepAsync();

        Assert.Equal(0, second.Faults);
        Assert.Equal(claim.DeliveryId, Assert.Single(_host.Started).DeliveryId);
    }

    [Fact]
    public async Task Run_FaultOfOneDelivery_LeavesTheOthers()
    {
        _host.Row(_host.Claim("p-1", generation: 2), TimeSpan.FromMinutes(2), starting: true);
        _host.Row(_host.Claim("p-2", generation: 2), TimeSpan.FromMinutes(2), starting: true);
        _host.CallsUntilFault = 1;

        var report = await _host.SweepAsync();

        Assert.Equal((1, 1), (report.Faults, report.Actions[SweepAction.Start]));
        Assert.Equal("p-2", Assert.Single(_host.Started).PaymentId);
    }

    private DeliveryReport Waiting(TimeSpan overdueBy) =>
        DeliveryReport.Of(Given.Delivery(paymentId: "p-1").Apply(Given.Result(AttemptKind.Unknown), Given.Start)) with { NextDueAt = _host.Now - overdueBy, Sequence = 9 };
}
