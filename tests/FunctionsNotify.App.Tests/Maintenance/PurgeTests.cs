namespace FunctionsNotify.App.Tests.Core;

public sealed class PurgeTests
{
    private readonly UpkeepHost _host = new();

    private DateTimeOffset Days(double ago) => _host.Now.AddDays(-ago);

    [Theory]
    [InlineData(InstanceStatus.Completed, 31, true)]
    [InlineData(InstanceStatus.Failed, 31, true)]
    [InlineData(InstanceStatus.Terminated, 31, true)]
    [InlineData(InstanceStatus.Completed, 29, false)]
    [InlineData(InstanceStatus.Running, 90, false)]
    [InlineData(InstanceStatus.Pending, 90, false)]
    [InlineData(InstanceStatus.Suspended, 90, false)]
    public async Task Run_FinalClaim_RemovesWhatFinishedBeforeTheRetention(InstanceStatus status, double age, bool removed)
    {
        var claim = _host.Claim(state: DeliveryState.Delivered, endedAt: Days(age));
        _host.Instance(claim.DeliveryId, status, createdAt: Days(age));

        var report = await _host.PurgeAsync();

        Assert.Equal(removed ? 1 : 0, report.Histories);
        Assert.Equal(!removed, _host.Instances.ContainsKey(claim.DeliveryId));
        Assert.Single(_host.Claims);
    }

    [Fact]
    public async Task Run_CreatedLongAgoAndFinishedLately_Keeps()
    {
        var claim = _host.Claim(state: DeliveryState.Delivered, endedAt: Days(1));
        _host.Instances[claim.DeliveryId] = new DeliveryInstance(claim.DeliveryId, InstanceStatus.Completed, Days(40), Days(1));

        var report = await _host.PurgeAsync();

        Assert.Equal((0, 1), (report.Histories, report.Kept));
        Assert.Single(_host.Instances);
    }

    [Fact]
    public async Task Run_BrokenUnderItsOpenClaim_IsKeptForRepair()
    {
        var claim = _host.Claim();
        _host.Instance(claim.DeliveryId, InstanceStatus.Failed, createdAt: Days(300));

        Assert.Equal(1, (await _host.PurgeAsync()).Kept);
        Assert.Single(_host.Instances);
    }

    [Fact]
    public async Task Run_BrokenAndReplacedByARepair_IsRemoved()
    {
        _host.Instance(_host.Claim().DeliveryId, InstanceStatus.Failed, createdAt: Days(31));
        var repaired = _host.Claim(generation: 2);
        _host.Instance(repaired.DeliveryId, InstanceStatus.Running, createdAt: Days(31));

        await _host.PurgeAsync();

        Assert.Equal([repaired.DeliveryId], _host.Instances.Keys);
    }

    [Fact]
    public async Task Run_ClaimsAfterTheirRetention_AreRemovedWithEveryRow()
    {
        var old = _host.Claim("old", generation: 2, state: DeliveryState.Exhausted, endedAt: Days(401));
        _host.Row(old, TimeSpan.Zero);
        _host.Row(old with { DeliveryId = "np-old" }, TimeSpan.Zero);
        _host.Claim("open");
        _host.Claim("young", state: DeliveryState.Delivered, endedAt: Days(399));

        var report = await _host.PurgeAsync();

        Assert.Equal((1, true), (report.Claims, report.IsComplete));
        Assert.Equal(["open", "young"], _host.Claims.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(_host.Rows);
    }

    [Fact]
    public async Task Run_ManyPages_RemovesAllAndStartsOverTheNextTime()
    {
        for (var number = 0; number < 25; number++)
        {
            _host.Claim($"p-{number:D2}", state: DeliveryState.Delivered, endedAt: Days(number % 2 == 0 ? 500 : 1));
        }

        var report = await _host.PurgeAsync();

        Assert.Equal((13, true), (report.Claims, report.IsComplete));
        Assert.Equal(12, _host.Claims.Count);
        Assert.Null(_host.Bookmark);
    }

    [Fact]
    public async Task Run_TimeIsOver_StopsAndGoesOnWhereItStopped()
    {
        for (var number = 0; number < 6; number++)
        {
            _host.Claim($"p-{number}", state: DeliveryState.Delivered, endedAt: Days(1));
        }

        _host.CallTime = Purge.PartTime;
        var first = await _host.PurgeAsync();
        var place = _host.Bookmark;
        await _host.PurgeAsync();

        Assert.False(first.IsComplete);
        Assert.Equal("2", place);
        Assert.Equal("4", _host.Bookmark);
    }

    [Fact]
    public async Task Run_PlaceThatTheStoreDoesNotKnow_StartsAtTheBeginning()
    {
        _host.Claim(state: DeliveryState.Delivered, endedAt: Days(500));
        _host.Bookmark = "of another store";

        Assert.Equal(1, (await _host.PurgeAsync()).Claims);
        Assert.Null(_host.Bookmark);
    }

    public static TheoryData<int, bool> Steps()
    {
        var steps = new TheoryData<int, bool>();
        for (var call = 0; call < 8; call++)
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
        var claim = _host.Claim(generation: 2, state: DeliveryState.Exhausted, endedAt: Days(500));
        _host.Row(claim, TimeSpan.Zero);
        _host.Row(claim with { DeliveryId = "np-p-1" }, TimeSpan.Zero);
        _host.Instance(claim.DeliveryId, InstanceStatus.Completed, createdAt: Days(500));
        _host.CallsUntilFault = call;
        _host.EffectBeforeFault = effectBefore;

        await Record.ExceptionAsync(_host.PurgeAsync);
        _host.CallsUntilFault = null;
        await _host.PurgeAsync();

        Assert.Empty(_host.Instances);
        Assert.Empty(_host.Rows);
        Assert.Empty(_host.Claims);
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
