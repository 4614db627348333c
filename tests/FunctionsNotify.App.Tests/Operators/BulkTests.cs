using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class BulkTests
{
    private static readonly DeliveryListFilter _exhausted = new([DeliveryState.Exhausted], null, OperatorWorld.Now.AddDays(-7), OperatorWorld.Now.AddDays(1));

    private readonly OperatorWorld _world = new();

    [Fact]
    public async Task Run_NamedPayments_GivesEachItsVerdictAndNoFaultFailsTheCall()
    {
        _world.Has(Claim("ended")).Has(Claim("delivered", DeliveryState.Delivered)).Has(Claim("open", DeliveryState.Open), OrchestrationRuntimeStatus.Running)
            .Has(Claim("broken", DeliveryState.Open), OrchestrationRuntimeStatus.Failed)
            // The start meets an instance that has failed: a fault.
            .Has(Claim("faulty"));
        _world.Is(DeliveryIds.ForDelivery("faulty", 2), OrchestrationRuntimeStatus.Failed);

        var answer = await NamedAsync(["faulty", "ended", "delivered", "open", "broken", "other", new string('x', 999)]);

        Assert.Equal(
            [BulkVerdict.Failed, BulkVerdict.Done, BulkVerdict.Delivered, BulkVerdict.Open, BulkVerdict.Broken, BulkVerdict.Unknown, BulkVerdict.Unknown],
            answer.Results.Select(result => result.Verdict));
        Assert.Equal((DeliveryIds.ForDelivery("ended", 2), 7, false), (answer.Results[1].DeliveryId, answer.Matched, answer.IsMore));
        Assert.Equal("ended", Assert.Single(_world.Started).PaymentId);
        Assert.Equal(AuditEntry.Accepted, Assert.Single(_world.Audit, entry => entry.Action == AuditActions.Bulk(AuditActions.Redeliver)).Outcome);
        Assert.DoesNotContain(_world.Audit, entry => entry.Outcome.StartsWith(AuditEntry.RefusedPrefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Dry_ChangesNothingAndSaysWhatItWouldDo()
    {
        _world.Has(Claim("a")).Has(Claim("b", DeliveryState.Delivered));

        var answer = await NamedAsync(["a", "b"], new RedeliveryRequest(OperatorWorld.By) { IsDryRun = true });

        Assert.Equal([BulkVerdict.WouldDo, BulkVerdict.Delivered], answer.Results.Select(result => result.Verdict));
        Assert.Empty(_world.Steps);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(44)]
    [InlineData(301)]
    public async Task Run_CutOffAnywhere_TheSameCallDeliversTheRestAndNothingTwice(int call)
    {
        var ids = Enumerable.Range(0, 50).Select(number => $"p-{number:D3}").ToList();
        ids.ForEach(id => _world.Has(Claim(id)));
        var request = new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = "k" };
        using var crash = new CancellationTokenSource();
        _world.AtCall = number => { if (number == call) { crash.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RedeliverAsync(Bulk.Named(ids.Select(id => new BulkItem(id))), request, crash.Token));

        var answer = await NamedAsync(ids, request);

        Assert.Equal(50, _world.Started.Select(input => input.DeliveryId).Distinct().Count());
        Assert.Equal(50, _world.Started.Count);
        Assert.All(ids, id => Assert.Equal(2, _world.ClaimOf(id).Generation));
        Assert.All(answer.Results, result => Assert.True(result.Verdict is BulkVerdict.Done or BulkVerdict.AlreadyDone));
    }

    [Fact]
    public async Task Run_FilterOfMoreThanACallTakes_IsFinishedByFurtherCallsWithNewKeys()
    {
        for (var number = 0; number < Bulk.MaxItems + 100; number++)
        {
            _world.Has(Claim($"p-{number:D4}"));
        }

        var counts = new List<(int, bool)>();
        for (var call = 0; call < 2; call++)
        {
            var answer = await FilteredAsync(new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = $"k-{call}" });
            counts.Add((answer.Results.Count(result => result.Verdict == BulkVerdict.Done), answer.IsMore));
        }

        Assert.Equal([(Bulk.MaxItems, true), (100, false)], counts);
        Assert.Equal(Bulk.MaxItems + 100, _world.Started.Select(input => input.DeliveryId).Distinct().Count());
    }

    [Fact]
    public async Task Run_FilterThatFindsAnEarlierDelivery_LeavesWhatWasDeliveredSinceAlsoByForce()
    {
        // Its row stayed, as after a crash.
        _world.Has(Claim("p") with { Generation = 2, DeliveryId = DeliveryIds.ForDelivery("p", 2), State = DeliveryState.Delivered });
        await _world.Table.AddEntityAsync(IndexRow.Of(DeliveryIndexRow.Starting(Claim("p"), OperatorWorld.Now) with { State = DeliveryState.Exhausted, StartingSince = null }));

        var answer = await FilteredAsync(new RedeliveryRequest(OperatorWorld.By) { Force = true, IdempotencyKey = "k" });

        Assert.Empty(answer.Results);
        Assert.Empty(_world.Started);
    }

    [Fact]
    public async Task Run_CommandsByFilter_TellsEachOpenDeliveryOnceAndLeavesTheOthers()
    {
        HasOpen("a").HasOpen("b").Has(Claim("ended"));
        _world.Has(Claim("broken", DeliveryState.Open), OrchestrationRuntimeStatus.Failed, DeliveryReport.Of(OperatorWorld.Waiting("broken")));
        var all = _exhausted with { States = [] };

        var dry = await SendNowAsync(all, new ChangeRequest(OperatorWorld.By) { IsDryRun = true });
        Assert.Empty(_world.Raised);
        var answer = await SendNowAsync(all, new ChangeRequest(OperatorWorld.By) { IdempotencyKey = "k" });

        Assert.Equal([("a", BulkVerdict.WouldDo), ("b", BulkVerdict.WouldDo), ("broken", BulkVerdict.Broken), ("ended", BulkVerdict.Ended)], Verdicts(dry));
        Assert.Equal([("a", BulkVerdict.Done), ("b", BulkVerdict.Done), ("broken", BulkVerdict.Broken), ("ended", BulkVerdict.Ended)], Verdicts(answer));
        Assert.Equal([2, 2], _world.Raised.Select(raised => raised.Command.ExpectedAttempt));
        Assert.Equal(["bulk-send-now", "send-now", "send-now"], _world.Audit.Select(entry => entry.Action).Order(StringComparer.Ordinal));
    }

    // The delivery knows the command's id: what the first call reached does not send once more.
    [Fact]
    public async Task Run_CommandsAgainWithTheSameKey_HaveTheSameIdsAndAreToldAsDone()
    {
        HasOpen("a").HasOpen("b");
        var open = _exhausted with { States = [DeliveryState.Open] };
        var wish = new ChangeRequest(OperatorWorld.By) { IdempotencyKey = "k" };
        await SendNowAsync(open, wish);
        var (deliveryId, command) = _world.Raised.Single(raised => raised.DeliveryId == DeliveryIds.ForDelivery("a", 1));
        _world.Is(deliveryId, OrchestrationRuntimeStatus.Running, DeliveryReport.Of(OperatorWorld.Waiting("a").Apply(command, OperatorWorld.Now)));

        var again = await SendNowAsync(open, wish);

        Assert.Equal([("a", BulkVerdict.AlreadyDone), ("b", BulkVerdict.Done)], Verdicts(again));
        Assert.Equal(2, _world.Raised.Select(raised => raised.Command.Id).Distinct().Count());
        Assert.Equal(3, _world.Raised.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_QuarantineCutOffAnywhere_TheSameCallFinishesTheRestAtOnceAndChangesNothingTwice(bool isRequeue)
    {
        var ids = await KeepAsync([.. Enumerable.Range(0, 20).Select(number => Record($"m-{number}"))]);
        using var crash = new CancellationTokenSource();
        _world.AtBlob = _ => _world.Sent.Count + _world.Audit.Count(entry => entry.Outcome == AuditEntry.Accepted) > 6 ? crash.CancelAsync() : Task.CompletedTask;
        var wish = new ChangeRequest(OperatorWorld.By) { IdempotencyKey = "k" };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => QuarantineAsync(isRequeue, ids, wish, crash.Token));
        _world.AtBlob = _ => Task.CompletedTask;

        var answer = await QuarantineAsync(isRequeue, ids, wish, CancellationToken.None);

        Assert.All(answer.Results, result => Assert.True(result.Verdict is BulkVerdict.Done or BulkVerdict.AlreadyDone, $"{result.Verdict}: {result.Detail}"));
        foreach (var id in ids)
        {
            Assert.Equal(isRequeue ? QuarantineStatus.Requeued : QuarantineStatus.Discarded, (await _world.FindRecordAsync(id))!.Status);
        }

        // What was cut off between its two steps may be on the queue twice, which intake sees as a duplicate.
        Assert.Equal(isRequeue ? 20 : 0, _world.Sent.Distinct().Count());
    }

    [Fact]
    public async Task Run_RequeueOfWhatWouldBeRefusedAgain_IsRefusedWithItsRuleAndTheOthersGoOn()
    {
        var ids = await KeepAsync(Record("sound"), Record("broken") with { Content = "{}"u8.ToArray() });

        var answer = await QuarantineAsync(isRequeue: true, ids, new ChangeRequest(OperatorWorld.By) { IdempotencyKey = "k" }, CancellationToken.None);

        Assert.Equal([BulkVerdict.Done, BulkVerdict.Refused], answer.Results.Select(result => result.Verdict).Order());
        Assert.Contains("would be refused again", answer.Results.Single(result => result.Verdict == BulkVerdict.Refused).Detail, StringComparison.Ordinal);
        Assert.Single(_world.Sent);
    }

    private Bulk Subject => _world.Services.GetRequiredService<Bulk>();

    private static Claim Claim(string paymentId, DeliveryState state = DeliveryState.Exhausted) => OperatorWorld.ClaimIn(state, paymentId: paymentId);

    private static QuarantineRecord Record(string messageId) => new()
    {
        State = MessageState.Invalid,
        MessageId = messageId,
        InsertedAt = OperatorWorld.Now,
        QuarantinedAt = OperatorWorld.Now,
        Content = OperatorWorld.Body($"p-{messageId}"),
        Reasons = [],
    };

    private static IEnumerable<(string?, BulkVerdict)> Verdicts(BulkAnswer answer) => answer.Results.Select(result => (result.PaymentId, result.Verdict)).Order();

    private BulkTests HasOpen(string paymentId)
    {
        _world.Has(Claim(paymentId, DeliveryState.Open), OrchestrationRuntimeStatus.Running, DeliveryReport.Of(OperatorWorld.Waiting(paymentId)));
        return this;
    }

    private BulkTests Has(Claim claim)
    {
        _world.Has(claim);
        return this;
    }

    private async Task<BulkAnswer> SendNowAsync(DeliveryListFilter filter, ChangeRequest wish)
    {
        var commands = _world.Services.GetRequiredService<Commands>();
        var listing = _world.Services.GetRequiredService<DeliveryListing>();
        return (BulkAnswer)(await Subject.RunAsync(
            AuditActions.SendNow,
            wish,
            Bulk.Found(listing, filter, CancellationToken.None),
            (item, stop) => commands.RunAsync(
                _world.Durable.Object, item.PaymentId!, CommandRequest.Of(wish with { IsOneOfMany = true }, CommandKind.SendNow) with { OnlyDeliveries = item.Deliveries }, stop),
            CancellationToken.None)).Value!;
    }

    private async Task<string[]> KeepAsync(params QuarantineRecord[] records)
    {
        await Task.WhenAll(records.Select(_world.KeepAsync));
        return [.. records.Select(record => record.QuarantineId)];
    }

    private async Task<BulkAnswer> QuarantineAsync(bool isRequeue, string[] ids, ChangeRequest wish, CancellationToken cancellationToken)
    {
        var quarantine = _world.Services.GetRequiredService<Quarantine>();
        var one = wish with { IsOneOfMany = true };
        return (BulkAnswer)(await Subject.RunAsync(
            isRequeue ? AuditActions.Requeue : AuditActions.Discard,
            wish,
            Bulk.Named(ids.Select(id => new BulkItem(null, id))),
            (item, stop) => isRequeue ? quarantine.RequeueAsync(item.QuarantineId!, RequeueRequest.Of(one), stop) : quarantine.DiscardAsync(item.QuarantineId!, one, stop),
            cancellationToken)).Value!;
    }

    private Task<Answer> RedeliverAsync(Func<string?, Task<BulkPage>> find, RedeliveryRequest request, CancellationToken cancellationToken) => Subject.RunAsync(
        AuditActions.Redeliver,
        request,
        find,
        (item, stop) => _world.Redelivery.RunAsync(_world.Durable.Object, item.PaymentId!, request with { IsOneOfMany = true, OnlyDeliveries = item.Deliveries }, stop),
        cancellationToken);

    private async Task<BulkAnswer> NamedAsync(List<string> ids, RedeliveryRequest? request = null) => (BulkAnswer)(await RedeliverAsync(
        Bulk.Named(ids.Select(id => new BulkItem(id))), request ?? new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = "k" }, CancellationToken.None)).Value!;

    private async Task<BulkAnswer> FilteredAsync(RedeliveryRequest request) => (BulkAnswer)(await RedeliverAsync(
        Bulk.Found(_world.Services.GetRequiredService<DeliveryListing>(), _exhausted, CancellationToken.None), request, CancellationToken.None)).Value!;
}
