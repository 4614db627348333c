using Azure.Data.Tables;
using FunctionsNotify.App.Tests.Storage;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Core;

[Collection(SharedAzurite.Name)]
public sealed class PurgeTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private DateTimeOffset Days(double ago) => _world.Now.AddDays(-ago);

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed, 31, true)]
    [InlineData(OrchestrationRuntimeStatus.Failed, 31, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, 31, true)]
    [InlineData(OrchestrationRuntimeStatus.Completed, 29, false)]
    [InlineData(OrchestrationRuntimeStatus.Running, 90, false)]
    [InlineData(OrchestrationRuntimeStatus.Pending, 90, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, 90, false)]
    public async Task Run_FinalClaim_RemovesWhatFinishedBeforeTheRetention(OrchestrationRuntimeStatus status, double age, bool removed)
    {
        var claim = await _world.ClaimAsync(state: DeliveryState.Delivered, endedAt: Days(age));
        _world.Durable.Has(claim.DeliveryId, status, createdAt: Days(age));

        var report = (await _world.Purge.RunAsync(_world.Durable.Client, default))!;

        Assert.Equal(removed ? 1 : 0, report.Histories);
        Assert.Equal(!removed, _world.Durable.Instances.ContainsKey(claim.DeliveryId));
        Assert.Single(await _world.ClaimsAsync());
    }

    [Fact]
    public async Task Run_CreatedLongAgoAndFinishedLately_Keeps()
    {
        var claim = await _world.ClaimAsync(state: DeliveryState.Delivered, endedAt: Days(1));
        _world.Durable.Instances[claim.DeliveryId] = new DeliveryInstance(claim.DeliveryId, OrchestrationRuntimeStatus.Completed, Days(40), Days(1));

        var report = (await _world.Purge.RunAsync(_world.Durable.Client, default))!;

        Assert.Equal((0, 1), (report.Histories, report.Kept));
        Assert.Single(_world.Durable.Instances);
    }

    [Fact]
    public async Task Run_BrokenUnderItsOpenClaim_IsKeptForRepair()
    {
        var claim = await _world.ClaimAsync();
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Failed, createdAt: Days(300));

        Assert.Equal(1, (await _world.Purge.RunAsync(_world.Durable.Client, default))!.Kept);
        Assert.Single(_world.Durable.Instances);
    }

    [Fact]
    public async Task Run_BrokenAndReplacedByARepair_IsRemoved()
    {
        _world.Durable.Has((await _world.ClaimAsync()).DeliveryId, OrchestrationRuntimeStatus.Failed, createdAt: Days(31));
        var repaired = await _world.ClaimAsync(generation: 2);
        _world.Durable.Has(repaired.DeliveryId, OrchestrationRuntimeStatus.Running, createdAt: Days(31));

        await _world.Purge.RunAsync(_world.Durable.Client, default);

        Assert.Equal([repaired.DeliveryId], _world.Durable.Instances.Keys);
    }

    [Fact]
    public async Task Run_ClaimsAfterTheirRetention_AreRemovedWithEveryRow()
    {
        var old = await _world.ClaimAsync("old", generation: 2, state: DeliveryState.Exhausted, endedAt: Days(401));
        await _world.RowAsync(old, TimeSpan.Zero);
        await _world.RowAsync(old with { DeliveryId = DeliveryIds.ForDelivery("old", 1) }, TimeSpan.Zero);
        await _world.ClaimAsync("open");
        await _world.ClaimAsync("young", state: DeliveryState.Delivered, endedAt: Days(399));

        var report = (await _world.Purge.RunAsync(_world.Durable.Client, default))!;

        Assert.Equal((1, true), (report.Claims, report.IsComplete));
        Assert.Equal(["open", "young"], (await _world.ClaimsAsync()).Select(claim => claim.PaymentId).Order(StringComparer.Ordinal));
        Assert.Empty(await _world.RowsAsync());
    }

    [Fact]
    public async Task Run_ClaimOfAnotherVersion_IsCountedAndTheOthersAreRemoved()
    {
        var unreadable = await _world.ClaimAsync("p-1", state: DeliveryState.Delivered, endedAt: Days(500));
        await _world.ClaimAsync("p-2", state: DeliveryState.Delivered, endedAt: Days(500));
        var key = DeliveryIds.ForPayment(unreadable.PaymentId);
        await _world.Table.Rows.UpdateEntityAsync(new TableEntity(key, key) { [ClaimRow.AcceptedAt] = "yesterday" }, Azure.ETag.All, TableUpdateMode.Merge);

        var report = (await _world.Purge.RunAsync(_world.Durable.Client, default))!;

        Assert.Equal((1, 1, true), (report.Claims, report.Faults, report.IsComplete));
        Assert.Contains(_world.Alerts, line => line.Contains("AcceptedAt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ManyPages_RemovesAllAndStartsOverTheNextTime()
    {
        for (var number = 0; number < 9; number++)
        {
            await _world.ClaimAsync($"p-{number:D2}", state: DeliveryState.Delivered, endedAt: Days(number % 2 == 0 ? 500 : 1));
        }

        var report = (await _world.Purge.RunAsync(_world.Durable.Client, default, pageSize: 2))!;

        Assert.Equal((5, true), (report.Claims, report.IsComplete));
        Assert.Equal(4, (await _world.ClaimsAsync()).Count);
        Assert.Null(await _world.Purge.RunAsync(_world.Durable.Client, default));
        _world.Time.Advance(Purge.Every);
        Assert.True((await _world.Purge.RunAsync(_world.Durable.Client, default))!.IsComplete);
    }

    [Fact]
    public async Task Run_TimeIsOver_StopsAndGoesOnWhereItStopped()
    {
        for (var number = 0; number < 6; number++)
        {
            await _world.ClaimAsync($"p-{number}", state: DeliveryState.Delivered, endedAt: Days(500));
        }

        _world.Calls.AtEach = () => _world.Time.Advance(Purge.Slice);
        var first = await _world.Purge.RunAsync(_world.Durable.Client, default, pageSize: 2);
        var second = await _world.Purge.RunAsync(_world.Durable.Client, default, pageSize: 2);

        Assert.Equal((2, false), (first!.Claims, first.IsComplete));
        Assert.Equal(2, second!.Claims);
        Assert.Equal(["p-4", "p-5"], (await _world.ClaimsAsync()).Select(claim => claim.PaymentId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_MoreHistoriesThanASlice_GoesOnWhereItStopped()
    {
        for (var number = 0; number < 7; number++)
        {
            var claim = await _world.ClaimAsync($"p-{number}", state: DeliveryState.Delivered, endedAt: Days(60));
            _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Completed, createdAt: Days(number == 0 ? 1 : 60));
        }

        _world.Calls.AtEach = () => _world.Time.Advance(Purge.Slice / 4);
        var runs = new List<PurgeReport>();
        do
        {
            runs.Add((await _world.Purge.RunAsync(_world.Durable.Client, default, pageSize: 2))!);
            Assert.InRange(runs.Count, 1, 10);
        }
        while (!runs[^1].IsComplete);

        Assert.InRange(runs.Count, 2, 10);
        Assert.Equal(6, runs.Sum(run => run.Histories));
        Assert.Single(_world.Durable.Instances);
    }

    [Fact]
    public async Task Run_ResolvedRecordsAfterTheirRetention_AreRemovedAndWhatACrashLeftIsMoved()
    {
        await _world.AcceptAsync("undecodable");
        var record = Assert.Single(await _world.QuarantinedAsync());
        var stored = (await _world.Quarantine.GetAsync(record.QuarantineId, default))!;
        // The move of the change fails, after the change itself.
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call.Contains(QuarantineStore.ResolvedPrefix, StringComparison.Ordinal) && call.StartsWith("PUT", StringComparison.Ordinal), 0);
        Assert.NotNull(await _world.Quarantine.TryReplaceAsync(record with { Status = QuarantineStatus.Discarded }, stored.Version, default));
        Assert.True(await _world.Container.GetBlobClient(record.QuarantineId).ExistsAsync());

        await _world.Purge.RunAsync(_world.Durable.Client, default);

        Assert.False(await _world.Container.GetBlobClient(record.QuarantineId).ExistsAsync());
        Assert.Equal(QuarantineStatus.Discarded, Assert.Single(await _world.QuarantinedAsync()).Status);

        // The service stamps with its own clock.
        _world.Time.SetUtcNow(DateTimeOffset.UtcNow + new RetentionPolicy().Claims + TimeSpan.FromDays(1));
        Assert.Equal(1, (await _world.Purge.RunAsync(_world.Durable.Client, default))!.Records);
        Assert.Empty(await _world.QuarantinedAsync());
    }

    public static TheoryData<int, bool> Steps()
    {
        var steps = new TheoryData<int, bool>();
        for (var call = 0; call < 12; call++)
        {
            steps.Add(call, false);
            steps.Add(call, true);
        }

        return steps;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Run_CutOffAtAnyStep_TheNextRunsFinish(int call, bool effectBefore)
    {
        var claim = await _world.ClaimAsync(generation: 2, state: DeliveryState.Exhausted, endedAt: Days(500));
        await _world.RowAsync(claim, TimeSpan.Zero);
        await _world.RowAsync(claim with { DeliveryId = DeliveryIds.ForDelivery("p-1", 1) }, TimeSpan.Zero);
        _world.Durable.Has(claim.DeliveryId, OrchestrationRuntimeStatus.Completed, createdAt: Days(500));
        _world.Calls.UntilFault = call;
        _world.Calls.EffectBeforeFault = effectBefore;

        await Record.ExceptionAsync(() => _world.Purge.RunAsync(_world.Durable.Client, default));
        _world.Calls.UntilFault = null;
        _world.Time.Advance(Purge.Every);
        await _world.Purge.RunAsync(_world.Durable.Client, default);

        Assert.Empty(_world.Durable.Instances);
        Assert.Empty(await _world.RowsAsync());
        Assert.Empty(await _world.ClaimsAsync());
    }

    [Theory]
    [InlineData(400, 30, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(30, 30, 1)]
    [InlineData(400, 0, 1)]
    [InlineData(-1, -1, 2)]
    [InlineData(5000, 4000, 2)]
    public void RetentionPolicy_Violations_NameEachWrongSetting(double claims, double history, int wrong)
    {
        var found = new RetentionPolicy { Claims = TimeSpan.FromDays(claims), History = TimeSpan.FromDays(history) }.Violations();

        Assert.Equal(wrong, found.Count);
        Assert.All(found, line => Assert.Matches("^Retention__(Claims|History): ", line));
    }

    [Theory]
    [InlineData("p-1")]
    [InlineData("支付")]
    [InlineData("~")]
    public void PaymentKeyOf_AnyDelivery_IsThePaymentsKey(string paymentId)
    {
        foreach (var generation in new[] { 1, 2, 17 })
        {
            Assert.Equal(DeliveryIds.ForPayment(paymentId), DeliveryIds.PaymentKeyOf(DeliveryIds.ForDelivery(paymentId, generation)));
        }
    }
}
