using FunctionsNotify.App.Tests.Storage;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Core;

[Collection(SharedAzurite.Name)]
public sealed class SweeperTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Run_WaitingAndOverdue_WakesTheWaitingAttempt()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(Overdue));

        var report = await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        var (deliveryId, command) = Assert.Single(_world.Durable.Sent);
        Assert.Equal((claim.DeliveryId, CommandKind.Wake, 2), (deliveryId, command.Kind!.Value, command.ExpectedAttempt!.Value));
        Assert.Equal(1, report.Actions[SweepAction.Wake]);
        Assert.Empty(_world.Durable.Started);
    }

    // After an outage the messages of the wakes would stand before those that they are to help.
    [Theory]
    [InlineData(1, "6 10 20 40")]
    [InlineData(7, "6 13 20 41")]
    public async Task Run_OverdueForLong_IsWokenAtEachDoublingWhateverRunsAreMissed(int everyMinutes, string expected)
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(Overdue));
        var woken = new List<int>();
        for (var minute = 6; minute < 70; minute += everyMinutes)
        {
            if ((await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.ContainsKey(SweepAction.Wake))
            {
                woken.Add(minute);
            }

            _world.Time.Advance(TimeSpan.FromMinutes(everyMinutes));
        }

        Assert.Equal(expected, string.Join(' ', woken));
        Assert.Equal(woken.Count, _world.Durable.Sent.Count);
    }

    [Theory]
    [InlineData(6, null, true)]
    [InlineData(9, 6, false)]
    [InlineData(10, 6, true)]
    [InlineData(19, 10, false)]
    [InlineData(20, 10, true)]
    [InlineData(39, 20, false)]
    [InlineData(40, 39, true)]
    [InlineData(600, 6, true)]
    // For an attempt before this one.
    [InlineData(6, 4, true)]
    [InlineData(6, -60, true)]
    public void IsWakeDue_ByMinutesOverdueNowAndAtTheLastWake_AtEachDoubling(int now, int? woken, bool expected) =>
        Assert.Equal(expected, SweepRules.IsWakeDue(Given.Start, woken is { } minutes ? Given.Start.AddMinutes(minutes) : null, Given.Start.AddMinutes(now)));

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
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, TimeSpan.FromMinutes(rowMinutes));
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(TimeSpan.FromMinutes(reportMinutes)));

        Assert.Empty((await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions);
        Assert.Empty(_world.Durable.Sent);
    }

    [Fact]
    public async Task Run_RowLagsBehindTheDelivery_IsMendedAndNothingIsWoken()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(-Overdue));

        await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Empty(_world.Durable.Sent);
        Assert.Equal(_world.Now + Overdue, Assert.Single(await _world.RowsAsync()).NextDueAt);
        Assert.Empty((await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed, SweepAction.AlertBroken, "repair")]
    [InlineData(OrchestrationRuntimeStatus.Terminated, SweepAction.AlertBroken, "repair")]
    [InlineData(OrchestrationRuntimeStatus.Completed, SweepAction.AlertBroken, "repair")]
    [InlineData(OrchestrationRuntimeStatus.Suspended, SweepAction.AlertSuspended, "resume")]
    [InlineData(OrchestrationRuntimeStatus.Pending, SweepAction.AlertPending, "runs")]
    public async Task Run_NeedsAPerson_AlertsOnceARunAndChangesNothing(OrchestrationRuntimeStatus status, SweepAction action, string advice)
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, status);

        var report = await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Equal([new KeyValuePair<SweepAction, int>(action, 1)], report.Actions);
        var alert = Assert.Single(_world.Alerts);
        Assert.Contains(claim.DeliveryId, alert, StringComparison.Ordinal);
        Assert.Contains(advice, alert, StringComparison.Ordinal);
        Assert.Empty(_world.Durable.Started);
        Assert.Empty(_world.Durable.Sent);
        Assert.Single(await _world.RowsAsync());
    }

    [Fact]
    public async Task Run_DeliveryEndsBetweenItsClaimAndItsInstance_IsNoAlert()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Completed);
        _world.Calls.Before = async call =>
        {
            if (call == "durable get")
            {
                await _world.ClaimAsync(state: DeliveryState.Delivered, endedAt: _world.Now);
            }
        };

        Assert.Equal([SweepAction.MendRow], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
        Assert.Empty(_world.Alerts);
    }

    [Fact]
    public async Task Run_PendingForLessThanAQuarterOfAnHour_IsNoAlert()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Pending, createdAt: _world.Now.AddMinutes(-14));

        Assert.Empty((await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions);
        _world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([SweepAction.AlertPending], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
    }

    [Fact]
    public async Task Run_AttemptDueThatNoWorkerMakes_Alerts()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim, TimeSpan.FromMinutes(16));
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Running, Waiting(TimeSpan.FromMinutes(16)) with { Phase = DeliveryPhase.Sending });

        Assert.Equal([SweepAction.AlertStuck], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
        Assert.Empty(_world.Durable.Sent);
    }

    [Fact]
    public async Task Run_OpenRowWithoutInstance_AlertsAndStartsNothing()
    {
        await _world.RowAsync(await _world.ClaimAsync(), Overdue);

        Assert.Equal([SweepAction.AlertMissing], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
        Assert.Empty(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_PreparedAndClaimedForOverAMinute_StartsFromTheClaim()
    {
        var claim = await _world.ClaimAsync(generation: 2);
        await _world.RowAsync(claim, TimeSpan.FromSeconds(61), starting: true);

        await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        var started = Assert.Single(_world.Durable.Started);
        Assert.Equal(("np-p-1~0002", "np-p-1~0001", "{}"), (started.DeliveryId, started.Supersedes, System.Text.Encoding.UTF8.GetString(started.Body.Span)));
    }

    [Fact]
    public async Task Run_PreparedForLessThanAMinute_IsLeftToWhoPreparedIt()
    {
        var claim = await _world.ClaimAsync(generation: 2);
        await _world.RowAsync(claim, TimeSpan.FromSeconds(59), starting: true);
        await _world.RowAsync((await _world.ClaimAsync()) with { DeliveryId = "np-p-1~0003" }, TimeSpan.FromSeconds(59), starting: true);

        Assert.Empty((await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions);
        Assert.Equal(2, (await _world.RowsAsync()).Count);
        Assert.Empty(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_PreparedAndNeverClaimed_DropsTheRow()
    {
        var claim = await _world.ClaimAsync();
        await _world.RowAsync(claim with { DeliveryId = "np-p-1~0002" }, TimeSpan.FromMinutes(2), starting: true);

        Assert.Equal([SweepAction.DropRow], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
        Assert.Empty(await _world.RowsAsync());
        Assert.Empty(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_PreparedAndEnded_DropsTheRow()
    {
        var claim = await _world.ClaimAsync(generation: 2, state: DeliveryState.Delivered);
        await _world.RowAsync(claim, TimeSpan.FromMinutes(2), starting: true);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Completed);

        await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Empty(await _world.RowsAsync());
        Assert.Empty(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_RowOfADeliveryThatARepairReplaced_IsDropped()
    {
        var old = await _world.ClaimAsync();
        await _world.RowAsync(old, Overdue);
        await _world.ClaimAsync(generation: 2);
        _world.Durable.Has(old.DeliveryId, OrchestrationRuntimeStatus.Failed);

        await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Empty(await _world.RowsAsync());
        Assert.Empty(_world.Alerts);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running, DeliveryState.Open)]
    [InlineData(OrchestrationRuntimeStatus.Completed, DeliveryState.Rejected)]
    public async Task Run_OpenRowUnderAFinalClaim_IsMendedOnlyWhenNobodyElseWill(OrchestrationRuntimeStatus status, DeliveryState expected)
    {
        var claim = await _world.ClaimAsync(state: DeliveryState.Rejected);
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, status);

        await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Equal(expected, Assert.Single(await _world.RowsAsync()).State);
        Assert.Empty(_world.Alerts);
    }

    // The orchestration died after it had recorded the end: its last word is older.
    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    public async Task Run_OpenRowUnderAFinalClaimWhoseInstanceStillSaysOpen_EndsAsTheClaimAndIsSeenNoMore(OrchestrationRuntimeStatus status)
    {
        var claim = await _world.ClaimAsync(state: DeliveryState.Rejected);
        await _world.RowAsync(claim, Overdue);
        _world.Durable.Has(claim.DeliveryId, status, Waiting(Overdue) with { AttemptCount = 2 });

        await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        var row = Assert.Single(await _world.RowsAsync());
        Assert.Equal((DeliveryState.Rejected, 2, true), (row.State, row.AttemptCount, row.LastKind == AttemptKind.Unknown));
        Assert.Null(row.NextDueAt);
        Assert.Equal(0, (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Seen);
    }

    // The claim of a redelivery is open or final before as after: what counts is whose delivery it names.
    [Theory]
    [InlineData(41)]
    [InlineData(402)]
    public async Task Run_RedeliveryOfAnOldPaymentCutOffBeforeItsStart_IsStartedWithinAnHour(int days)
    {
        var claim = (await _world.ClaimAsync(generation: 2)) with { AcceptedAt = _world.Now.AddDays(-days), Body = "{\"a\":1}"u8.ToArray() };
        await _world.PutAsync(claim);
        await _world.RowAsync(claim, TimeSpan.FromMinutes(2), starting: true);

        for (var run = 0; run < 60 && _world.Durable.Started.IsEmpty; run++)
        {
            await _world.Sweeper.RunAsync(_world.Durable.Client, default);
            _world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var started = Assert.Single(_world.Durable.Started);
        Assert.Equal((claim.DeliveryId, "np-p-1~0001"), (started.DeliveryId, started.Supersedes));
        Assert.Equal(claim.Body.ToArray(), started.Body.ToArray());
    }

    [Theory]
    [InlineData(DeliveryState.Exhausted)]
    [InlineData(DeliveryState.Open)]
    public async Task Run_RedeliveryCutOffBeforeItsClaim_LeavesTheEndedOrWinningDelivery(DeliveryState state)
    {
        // The row of generation 3 was prepared; the claim is of generation 2, ended or won by another operator.
        var claim = await _world.ClaimAsync(generation: 2, state: state);
        await _world.RowAsync(claim with { DeliveryId = "np-p-1~0003" }, TimeSpan.FromMinutes(2), starting: true);
        _world.Durable.Has(claim.DeliveryId, state == DeliveryState.Open ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Completed);

        Assert.Equal([SweepAction.DropRow], (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Actions.Keys);
        Assert.Empty(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_ManyRowsOnSeveralPagesAndDays_SeesEach()
    {
        for (var number = 0; number < 9; number++)
        {
            var claim = (await _world.ClaimAsync($"p-{number}")) with { AcceptedAt = _world.Now.AddDays(-4 * number) };
            await _world.RowAsync(claim, Overdue);
            await _world.RowAsync(claim with { DeliveryId = claim.DeliveryId + "~9" }, Overdue);
            await _world.RowAsync(claim with { DeliveryId = claim.DeliveryId + "~8" }, Overdue);
        }

        var report = await _world.Sweeper.RunAsync(_world.Durable.Client, default);

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
        var claim = await _world.ClaimAsync(generation: 2);
        await _world.RowAsync(claim, TimeSpan.FromMinutes(2), starting: true);
        _world.Calls.UntilFault = call;
        _world.Calls.EffectBeforeFault = effectBefore;

        Assert.Equal(1, (await _world.Sweeper.RunAsync(_world.Durable.Client, default)).Faults);
        _world.Calls.UntilFault = null;
        var second = await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Equal(0, second.Faults);
        Assert.Equal(claim.DeliveryId, Assert.Single(_world.Durable.Started).DeliveryId);
    }

    [Fact]
    public async Task Run_FaultOfOneDelivery_LeavesTheOthers()
    {
        await _world.RowAsync(await _world.ClaimAsync("p-1", generation: 2), TimeSpan.FromMinutes(2), starting: true);
        await _world.RowAsync(await _world.ClaimAsync("p-2", generation: 2), TimeSpan.FromMinutes(2), starting: true);
        _world.Calls.UntilFault = 1;

        var report = await _world.Sweeper.RunAsync(_world.Durable.Client, default);

        Assert.Equal((1, 1), (report.Faults, report.Actions[SweepAction.Start]));
        Assert.Equal("p-2", Assert.Single(_world.Durable.Started).PaymentId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_OneDayFailsOrHangs_IsCountedAndTheOtherDaysAreSwept(bool hangs)
    {
        foreach (var (payment, days) in new[] { ("today", 0), ("bad", 1), ("old", 2) })
        {
            var claim = await _world.PutAsync((await _world.ClaimAsync(payment, generation: 2)) with { AcceptedAt = _world.Now.AddDays(-days) });
            await _world.RowAsync(claim, TimeSpan.FromMinutes(2), starting: true);
        }

        FailDay(_world.Now.AddDays(-1), hangs);
        var run = _world.Sweeper.RunAsync(_world.Durable.Client, default);
        await PassDayAsync(run);
        var report = await run;

        Assert.Equal((1, 2), (report.Faults, report.Actions[SweepAction.Start]));
        Assert.Equal(["old", "today"], _world.Durable.Started.Select(input => input.PaymentId).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CountOpen_OneDayFailsOrHangs_CountsTheOthersAndSaysThatItIsNotAll(bool hangs)
    {
        await _world.RowAsync(await _world.ClaimAsync("today"), TimeSpan.FromMinutes(2));
        await _world.RowAsync((await _world.ClaimAsync("old")) with { AcceptedAt = _world.Now.AddDays(-2) }, TimeSpan.FromMinutes(9));
        FailDay(_world.Now.AddDays(-1), hangs);

        var count = _world.Index.CountOpenAsync(Given.Start, default);
        await PassDayAsync(count);

        Assert.Equal(new DeliveryStatistics(2, Given.Start.AddMinutes(-9), false) { EarliestAcceptedAt = Given.Start.AddDays(-2) }, await count);
        Assert.Contains(_world.Lines, line => line.StartsWith("Warning: The day d-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_HangsUntilItsTimeIsOver_TellsWhatItDid()
    {
        await _world.RowAsync(await _world.ClaimAsync("p-1", generation: 2), TimeSpan.FromMinutes(2), starting: true);
        await _world.RowAsync(await _world.ClaimAsync("p-2", generation: 2), TimeSpan.FromMinutes(2), starting: true);
        _world.Calls.Hanging = call => call.Contains("np-p-2", StringComparison.Ordinal);

        var run = _world.Sweeper.RunAsync(_world.Durable.Client, default);
        await Eventually.BecomesTrueAsync(() => _world.Calls.IsHanging, Eventually.Soon, "the second claim");
        _world.Time.Advance(TimeSpan.FromSeconds(40));
        var report = await run;

        Assert.Equal((1, false), (report.Actions[SweepAction.Start], report.IsComplete));
    }

    // Nobody repairs the three of today; a run's time is over before it has seen them all.
    [Fact]
    public async Task Run_MoreRowsThanItsTimeIsEnoughFor_LaterRunsComeToTheOlderDays()
    {
        foreach (var payment in new[] { "p-1", "p-2", "p-3" })
        {
            await _world.RowAsync(await _world.ClaimAsync(payment), Overdue);
        }

        var old = await _world.PutAsync((await _world.ClaimAsync("old", generation: 2)) with { AcceptedAt = _world.Now.AddDays(-2) });
        await _world.RowAsync(old, TimeSpan.FromMinutes(2), starting: true);
        _world.Calls.AtEach = () => _world.Time.Advance(TimeSpan.FromSeconds(7));

        var reports = new List<SweepReport>();
        while (_world.Durable.Started.IsEmpty)
        {
            reports.Add(await _world.Sweeper.RunAsync(_world.Durable.Client, default));
            Assert.InRange(reports.Count, 1, 4);
        }

        Assert.All(reports, report => Assert.False(report.IsComplete));
        Assert.Contains(reports, report => report.Actions.ContainsKey(SweepAction.AlertMissing));
    }

    private void FailDay(DateTimeOffset day, bool hangs)
    {
        bool IsOfDay(string call) => call.Contains(IndexRow.PartitionOf(day), StringComparison.Ordinal) && call.Contains("()", StringComparison.Ordinal);
        if (hangs)
        {
            _world.Calls.Hanging = IsOfDay;
        }
        else
        {
            (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) = (IsOfDay, 0, true);
        }
    }

    private async Task PassDayAsync(Task run)
    {
        var waited = Task.Delay(Eventually.Soon);
        while (!run.IsCompleted && !waited.IsCompleted)
        {
            await Task.WhenAny(run, Task.Delay(50));
            if (_world.Calls.IsHanging)
            {
                // Once for the day that hangs: the other days have their own time.
                _world.Time.Advance(DeliveryIndex.LongestDay);
                await Eventually.BecomesTrueAsync(() => !_world.Calls.IsHanging, Eventually.Soon, "the day to be given up");
            }
        }
    }

    private DeliveryReport Waiting(TimeSpan overdueBy) =>
        DeliveryReport.Of(Given.Delivery(paymentId: "p-1").Apply(Given.Result(AttemptKind.Unknown), Given.Start)) with { NextDueAt = _world.Now - overdueBy, Sequence = 9 };
}
