namespace FunctionsNotify.App.Tests.Operators;

public sealed class BulkRedeliveryTests
{
    private static readonly DeliveryListFilter _exhausted = new([DeliveryState.Exhausted], null, GivenClaim.Now.AddDays(-7), GivenClaim.Now.AddDays(1));

    private readonly ManyPayments _payments = new();

    [Fact]
    public async Task Run_NamedPayments_GivesEachItsVerdictAndNoFaultFailsTheCall()
    {
        _payments.Add("ended");
        _payments.Add("delivered", DeliveryState.Delivered);
        _payments.Add("open", DeliveryState.Open);
        _payments.Add("broken", DeliveryState.Open);
        _payments.Add("faulty");
        _payments.Faulty.Add("faulty");

        var answer = await RunAsync(new BulkRequest(GivenClaim.By) { PaymentIds = ["faulty", "ended", "delivered", "open", "broken", "other", new string('x', 999)] });

        Assert.Equal(
            [BulkVerdict.Failed, BulkVerdict.Redelivered, BulkVerdict.Delivered, BulkVerdict.Open, BulkVerdict.Broken, BulkVerdict.Unknown, BulkVerdict.Unknown],
            answer.Results.Select(result => result.Verdict));
        Assert.Equal(("np-ended~2", 7, false), (answer.Results[1].DeliveryId, answer.Matched, answer.IsMore));
        Assert.Equal(["np-ended~2"], _payments.Started);
        Assert.Equal([AuditEntry.Begun, AuditEntry.Accepted], _payments.Audited.Where(entry => entry.Action == AuditActions.Bulk).Select(entry => entry.Outcome));
    }

    [Fact]
    public async Task Run_Dry_ChangesNothingAndSaysWhatItWouldDo()
    {
        _payments.Add("a");
        _payments.Add("b", DeliveryState.Delivered);

        var answer = await RunAsync(new BulkRequest(GivenClaim.By) { PaymentIds = ["a", "b"], DryRun = true }, key: null);

        Assert.Equal([BulkVerdict.WouldRedeliver, BulkVerdict.Delivered], answer.Results.Select(result => result.Verdict));
        Assert.Empty(_payments.Started);
        Assert.Empty(_payments.Audited);
    }

    [Fact]
    public async Task Run_CutOffAfterAnyNumber_TheSameCallDeliversTheRestAndNothingTwice()
    {
        foreach (var crashAfter in new[] { 1, 7, 16, 99, 100 })
        {
            var payments = new ManyPayments { CrashAfter = crashAfter };
            var ids = Enumerable.Range(0, 100).Select(number => $"p-{number:D3}").ToList();
            ids.ForEach(id => payments.Add(id));
            var request = new BulkRequest(GivenClaim.By) { PaymentIds = ids, IdempotencyKey = "k" };
            try
            {
                await payments.Bulk.RunAsync(request, payments.Crash.Token);
            }
            catch (OperationCanceledException)
            {
                // The crash.
            }

            var answer = await payments.Bulk.RunAsync(request, CancellationToken.None);

            Assert.Equal(100, payments.Started.Distinct().Count());
            Assert.Equal(100, payments.Started.Count);
            Assert.All(payments.Claims.Values, claim => Assert.Equal(2, claim.Generation));
            Assert.All(answer.Results, result => Assert.True(result.Verdict is BulkVerdict.Redelivered or BulkVerdict.AlreadyRedelivered));
            Assert.True(answer.Results.Count(result => result.Verdict == BulkVerdict.AlreadyRedelivered) >= crashAfter);
        }
    }

    [Fact]
    public async Task Run_FilterOfMoreThanACallTakes_IsFinishedByFurtherCallsWithNewKeys()
    {
        for (var number = 0; number < 2300; number++)
        {
            _payments.Add($"p-{number:D4}");
        }

        var counts = new List<(int, bool)>();
        for (var call = 0; call < 3; call++)
        {
            var answer = await RunAsync(new BulkRequest(GivenClaim.By) { Filter = _exhausted }, key: $"k-{call}");
            counts.Add((answer.Results.Count(result => result.Verdict == BulkVerdict.Redelivered), answer.IsMore));
        }

        Assert.Equal([(1000, true), (1000, true), (300, false)], counts);
        Assert.Equal(2300, _payments.Started.Distinct().Count());
    }

    [Fact]
    public async Task Run_FilterThatFindsAnEarlierDelivery_LeavesWhatWasDeliveredSinceAlsoByForce()
    {
        _payments.Add("p");
        await RunAsync(new BulkRequest(GivenClaim.By) { PaymentIds = ["p"] }, key: "first");
        _payments.End("p", DeliveryState.Delivered);

        var answer = await RunAsync(new BulkRequest(GivenClaim.By) { Filter = _exhausted, Force = true }, key: "second");

        Assert.Empty(answer.Results);
        Assert.Single(_payments.Started);
    }

    [Fact]
    public async Task Run_FilterThatFindsTwoDeliveriesOfAPayment_RedeliversItOnce()
    {
        _payments.Add("p");
        await RunAsync(new BulkRequest(GivenClaim.By) { PaymentIds = ["p"] }, key: "first");
        _payments.End("p", DeliveryState.Exhausted);

        var answer = await RunAsync(new BulkRequest(GivenClaim.By) { Filter = _exhausted }, key: "second");

        Assert.Equal("np-p~3", Assert.Single(answer.Results).DeliveryId);
        Assert.Equal(["np-p~2", "np-p~3"], _payments.Started);
    }

    private Task<BulkAnswer> RunAsync(BulkRequest request, string? key = "k") => _payments.Bulk.RunAsync(request with { IdempotencyKey = key }, CancellationToken.None);
}
