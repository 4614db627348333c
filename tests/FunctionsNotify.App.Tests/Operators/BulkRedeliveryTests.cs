using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class BulkRedeliveryTests
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
            [BulkVerdict.Failed, BulkVerdict.Redelivered, BulkVerdict.Delivered, BulkVerdict.Open, BulkVerdict.Broken, BulkVerdict.Unknown, BulkVerdict.Unknown],
            answer.Results.Select(result => result.Verdict));
        Assert.Equal((DeliveryIds.ForDelivery("ended", 2), 7, false), (answer.Results[1].DeliveryId, answer.Matched, answer.IsMore));
        Assert.Equal("ended", Assert.Single(_world.Started).PaymentId);
        Assert.Equal(AuditEntry.Accepted, Assert.Single(_world.Audit, entry => entry.Action == AuditActions.Bulk).Outcome);
        Assert.DoesNotContain(_world.Audit, entry => entry.Outcome.StartsWith(AuditEntry.RefusedPrefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Dry_ChangesNothingAndSaysWhatItWouldDo()
    {
        _world.Has(Claim("a")).Has(Claim("b", DeliveryState.Delivered));

        var answer = await NamedAsync(["a", "b"], new RedeliveryRequest(OperatorWorld.By) { IsDryRun = true });

        Assert.Equal([BulkVerdict.WouldRedeliver, BulkVerdict.Delivered], answer.Results.Select(result => result.Verdict));
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
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bulk.NamedAsync(_world.Durable.Object, ids, request, crash.Token));

        var answer = await NamedAsync(ids, request);

        Assert.Equal(50, _world.Started.Select(input => input.DeliveryId).Distinct().Count());
        Assert.Equal(50, _world.Started.Count);
        Assert.All(ids, id => Assert.Equal(2, _world.ClaimOf(id).Generation));
        Assert.All(answer.Results, result => Assert.True(result.Verdict is BulkVerdict.Redelivered or BulkVerdict.AlreadyRedelivered));
    }

    [Fact]
    public async Task Run_FilterOfMoreThanACallTakes_IsFinishedByFurtherCallsWithNewKeys()
    {
        for (var number = 0; number < BulkRedelivery.MaxPayments + 100; number++)
        {
            _world.Has(Claim($"p-{number:D4}"));
        }

        var counts = new List<(int, bool)>();
        for (var call = 0; call < 2; call++)
        {
            var answer = await FilteredAsync(new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = $"k-{call}" });
            counts.Add((answer.Results.Count(result => result.Verdict == BulkVerdict.Redelivered), answer.IsMore));
        }

        Assert.Equal([(BulkRedelivery.MaxPayments, true), (100, false)], counts);
        Assert.Equal(BulkRedelivery.MaxPayments + 100, _world.Started.Select(input => input.DeliveryId).Distinct().Count());
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

    private BulkRedelivery Bulk => _world.Services.GetRequiredService<BulkRedelivery>();

    private static Claim Claim(string paymentId, DeliveryState state = DeliveryState.Exhausted) => OperatorWorld.ClaimIn(state, paymentId: paymentId);

    private async Task<BulkAnswer> NamedAsync(List<string> ids, RedeliveryRequest? request = null) =>
        (BulkAnswer)(await Bulk.NamedAsync(_world.Durable.Object, ids, request ?? new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = "k" }, CancellationToken.None)).Value!;

    private async Task<BulkAnswer> FilteredAsync(RedeliveryRequest request) =>
        (BulkAnswer)(await Bulk.FilteredAsync(_world.Durable.Object, _exhausted, request, CancellationToken.None)).Value!;
}
