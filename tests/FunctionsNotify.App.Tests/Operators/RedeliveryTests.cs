using Microsoft.DurableTask.Client;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class RedeliveryTests
{
    private readonly OperatorWorld _world = new();

    [Fact]
    public async Task Redeliver_Ended_WritesAuditRowClaimAndStartsAndNamesWhatItSupersedes()
    {
        Ended(_world);

        var answer = await _world.RedeliverAsync();

        Assert.Equal(new NewDelivery(OperatorWorld.Second, 2, OperatorWorld.First, IsRepeat: false), answer.Value);
        Assert.Equal(["audit", "row", "claim", "start", "audit", "tidy"], _world.Steps);
        Assert.Equal(OperatorWorld.First, Assert.Single(_world.Started).Supersedes);
        var entry = Assert.Single(_world.Audit);
        Assert.Equal((AuditActions.Redeliver, "p-1", OperatorWorld.Second, "ann", AuditEntry.Accepted), (entry.Action, entry.PaymentId, entry.DeliveryId, entry.Actor, entry.Outcome));
        Assert.Equal(entry.Id, Assert.Single(_world.Claim.History).Id);
        Assert.Equal(3, _world.Claim.Duplicates);
        Assert.Empty(_world.Terminated);
    }

    [Fact]
    public async Task Redeliver_Ended_ListsMeanTheNewDeliveryOnly()
    {
        Ended(_world);

        await _world.RedeliverAsync();

        var rows = _world.Table.Rows.Where(row => row.PartitionKey.StartsWith("d-", StringComparison.Ordinal)).Select(IndexRow.Read).ToList();
        Assert.Equal(2, rows.Count);
        var row = Assert.Single(rows.Distinct());
        Assert.Equal((OperatorWorld.Second, DeliveryState.Open), (row.DeliveryId, row.State));
        Assert.NotNull(row.StartingSince);
    }

    // Its row would lie on a day that no search looks at.
    [Theory]
    [InlineData(399, true)]
    [InlineData(401, false)]
    public async Task Redeliver_AcceptedLongerAgoThanClaimsAreKept_IsRefusedEvenWithForce(int days, bool isDone)
    {
        _world.Has(OperatorWorld.ClaimIn() with { AcceptedAt = OperatorWorld.Now.AddDays(-days) });

        var answer = await _world.RedeliverAsync(new RedeliveryRequest(OperatorWorld.By) { Force = true });

        Assert.Equal((isDone, !isDone), (answer.IsDone, answer.Detail.Contains("more than 400 days ago (Retention__Claims)", StringComparison.Ordinal)));
        Assert.Equal(isDone ? 1 : 0, _world.Started.Count);
    }

    [Fact]
    public async Task Redeliver_Correction_SendsTheCorrectedBytes()
    {
        Ended(_world);
        var body = OperatorWorld.Body(code: "PROCESS_FAIL");

        await _world.RedeliverAsync(new RedeliveryRequest(OperatorWorld.By) { Body = body });

        Assert.Equal(body, Assert.Single(_world.Started).Body.ToArray());
        Assert.Equal(AuditActions.Correct, Assert.Single(_world.Audit).Action);
    }

    [Fact]
    public async Task Redeliver_SameKeyAgain_GivesTheSameAnswerAlsoWhenThatHasEnded()
    {
        Ended(_world);

        var first = await _world.RedeliverAsync(key: "k");
        var open = await _world.RedeliverAsync(key: "k");
        _world.End(DeliveryState.Delivered);
        var ended = await _world.RedeliverAsync(key: "k");

        var repeated = (NewDelivery)first.Value! with { IsRepeat = true };
        Assert.Equal([repeated, repeated], new[] { open.Value, ended.Value });
        Assert.Single(_world.Started);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running, AnswerKind.Open)]
    [InlineData(OrchestrationRuntimeStatus.Failed, AnswerKind.Broken)]
    [InlineData(OrchestrationRuntimeStatus.Completed, AnswerKind.Broken)]
    public async Task Redeliver_OpenOrBroken_ChangesNothingAndIsOnRecord(OrchestrationRuntimeStatus status, AnswerKind expected)
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), status);

        Assert.Equal(expected, (await _world.RedeliverAsync(new RedeliveryRequest(OperatorWorld.By) { Force = true })).Kind);

        Assert.Equal(["audit"], _world.Steps);
        Assert.StartsWith(AuditEntry.RefusedPrefix, Assert.Single(_world.Audit).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_DryRun_ChangesNothing()
    {
        Ended(_world);

        Assert.Equal(AnswerKind.Possible, (await _world.RedeliverAsync(new RedeliveryRequest(OperatorWorld.By) { IsDryRun = true })).Kind);
        Assert.Empty(_world.Steps);
    }

    [Fact]
    public async Task AnyWish_UnknownPayment_SaysSo()
    {
        Assert.Equal(AnswerKind.Unknown, (await _world.RedeliverAsync()).Kind);
        Assert.Equal(AnswerKind.Unknown, (await _world.RepairAsync()).Kind);
        Assert.Empty(_world.Audit);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    public async Task Repair_Broken_StartsTheNextGenerationWithTheClaimedBody(OrchestrationRuntimeStatus status)
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), status);

        Assert.Equal(OperatorWorld.Second, ((NewDelivery)(await _world.RepairAsync()).Value!).DeliveryId);

        Assert.Equal(["audit", "row", "claim", "start", "audit", "tidy"], _world.Steps);
        var change = Assert.Single(_world.Claim.History);
        Assert.Equal((ClaimChangeKind.Repair, OperatorWorld.Second, 2, "ann"), (change.Kind, change.DeliveryId, change.Generation, change.Actor));
        var started = Assert.Single(_world.Started);
        Assert.Equal((OperatorWorld.Second, OperatorWorld.First), (started.DeliveryId, started.Supersedes));
        Assert.Equal(OperatorWorld.Body(), started.Body.ToArray());
        Assert.Empty(_world.Terminated);
    }

    [Fact]
    public async Task Repair_EndMergedSinceTheClaimWasRead_SaysThatItHasEnded()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Completed);
        _world.Durable.Setup(client => client.GetInstanceAsync(OperatorWorld.First, true, It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            _world.End(DeliveryState.Delivered);
            return new OrchestrationMetadata(DeliverOrchestrator.Name, OperatorWorld.First) { RuntimeStatus = OrchestrationRuntimeStatus.Completed };
        });

        Assert.Equal(AnswerKind.Ended, (await _world.RepairAsync()).Kind);
        Assert.Empty(_world.Started);
    }

    [Fact]
    public async Task Repair_ClaimedAndNotStarted_StartsThatDelivery()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), status: null);

        Assert.Equal(new NewDelivery(OperatorWorld.First, 1, null, IsRepeat: false), (await _world.RepairAsync()).Value);
        Assert.Equal(["audit", "start", "audit"], _world.Steps);
        Assert.Null(Assert.Single(_world.Started).Supersedes);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, -16)]
    [InlineData(OrchestrationRuntimeStatus.Running, -61)]
    public async Task Repair_Late_NeedsForceAndEndsTheOldOne(OrchestrationRuntimeStatus status, int minutes)
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), status, createdAt: OperatorWorld.Now.AddMinutes(minutes));

        Assert.Equal(AnswerKind.NotBroken, (await _world.RepairAsync()).Kind);
        Assert.Empty(_world.Started);

        Assert.True((await _world.RepairAsync(force: true)).IsDone);
        Assert.Equal(OperatorWorld.Second, Assert.Single(_world.Started).DeliveryId);
        Assert.Equal([OperatorWorld.First], _world.Terminated);
    }

    // Found by the simulation: where the row of the old one could not be removed, it went on sending beside the new one.
    [Fact]
    public async Task Repair_LateWhoseRowCannotBeRemoved_EndsTheOldOneAllTheSame()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Running, createdAt: OperatorWorld.Now.AddMinutes(-61));
        _world.DeletesFail = true;

        Assert.True((await _world.RepairAsync(force: true)).IsDone);
        Assert.Equal([OperatorWorld.First], _world.Terminated);
    }

    [Fact]
    public async Task Repair_OverdueByMoreThanAnHour_IsLateThoughItWasCreatedJustNow()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Running, DeliveryReport.Of(OperatorWorld.Waiting()) with { NextDueAt = OperatorWorld.Now.AddMinutes(-61) });

        Assert.True((await _world.RepairAsync(force: true)).IsDone);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, -14)]
    [InlineData(OrchestrationRuntimeStatus.Running, -59)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, -59)]
    public async Task Repair_InHand_IsRefusedAlsoByForce(OrchestrationRuntimeStatus status, int minutes)
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), status, createdAt: OperatorWorld.Now.AddMinutes(minutes));

        Assert.Equal(AnswerKind.NotBroken, (await _world.RepairAsync(force: true)).Kind);
        Assert.Equal(["audit"], _world.Steps);
    }

    [Fact]
    public async Task Repair_Unreadable_NeedsForceAndTheOldOnesLaterWordsChangeNothing()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Running, isReadable: false);

        Assert.Equal(AnswerKind.NotBroken, (await _world.RepairAsync()).Kind);
        Assert.True((await _world.RepairAsync(force: true)).IsDone);

        await _world.FinishAsync(OperatorWorld.First, DeliveryState.Delivered);
        Assert.Equal((OperatorWorld.Second, DeliveryState.Open), (_world.Claim.DeliveryId, _world.Claim.State));
    }

    [Fact]
    public async Task Repair_UnreadableButFailed_IsBroken()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Failed, isReadable: false);

        Assert.True((await _world.RepairAsync()).IsDone);
    }

    [Theory]
    [InlineData("redeliver with a key")]
    [InlineData("redeliver")]
    [InlineData("repair")]
    public async Task AnyWish_CutOffAtAnyStep_TheSameCallAgainFinishesWithOneNewDelivery(string wish)
    {
        foreach (var effectBefore in new[] { false, true })
        {
            var isOver = false;
            for (var call = 0; !isOver; call++)
            {
                var world = wish == "repair" ? new OperatorWorld().Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Failed) : Ended(new OperatorWorld());
                (world.CallsUntilFault, world.EffectBeforeFault) = (call, effectBefore);
                await Record.ExceptionAsync(() => MakeAsync(world));
                isOver = world.CallsUntilFault is not null;
                world.CallsUntilFault = null;

                var again = await MakeAsync(world);

                // Without a key the call cannot know that the open delivery is the one it made itself.
                Assert.True(again.IsDone || (wish != "redeliver with a key" && again.Kind is AnswerKind.Open or AnswerKind.NotBroken), $"{call} {effectBefore}: {again}");
                Assert.Equal(OperatorWorld.Second, Assert.Single(world.Started).DeliveryId);
                Assert.Equal((OperatorWorld.Second, 2), (world.Claim.DeliveryId, world.Claim.Generation));
                Assert.Contains(world.Claim.History[^1].Id, world.Audit.Select(entry => entry.Id));
            }
        }

        Task<Answer> MakeAsync(OperatorWorld world) => wish == "repair" ? world.RepairAsync() : world.RedeliverAsync(key: wish == "redeliver" ? null : "k");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the same")]
    [InlineData("one each")]
    [InlineData("repair")]
    public async Task AnyWish_OfManyAtOnce_MakesOneNewDelivery(string? keys)
    {
        for (var round = 0; round < 25; round++)
        {
            var world = keys == "repair" ? new OperatorWorld().Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Failed) : Ended(new OperatorWorld());
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
                Task.Run(() => keys == "repair" ? world.RepairAsync() : world.RedeliverAsync(key: keys == "one each" ? $"key-{number}" : keys))));

            Assert.Single(world.Started);
            Assert.Single(world.Claim.History);
            Assert.Contains(answers, answer => answer.Kind == AnswerKind.Done);
            Assert.All(answers, answer => Assert.True(answer.IsDone || (keys != "the same" && answer.Kind is AnswerKind.Open or AnswerKind.NotBroken), answer.ToString()));
        }
    }

    [Fact]
    public async Task Redeliver_TwoBodiesAtOnce_OneStandsAndOnlyItsCallerIsToldSo()
    {
        for (var round = 0; round < 25; round++)
        {
            var world = Ended(new OperatorWorld());
            byte[][] bodies = [OperatorWorld.Body(code: "PROCESS_FAIL"), OperatorWorld.Body(code: "OTHER")];
            var answers = await Task.WhenAll(bodies.Select(body => Task.Run(() => world.RedeliverAsync(new RedeliveryRequest(OperatorWorld.By) { Body = body }))));

            var winner = Assert.Single(Enumerable.Range(0, 2), index => answers[index].IsDone);
            Assert.Equal(bodies[winner], world.Claim.Body.ToArray());
            Assert.Equal(bodies[winner], Assert.Single(world.Started).Body.ToArray());
            Assert.Equal(AnswerKind.Open, answers[1 - winner].Kind);
        }
    }

    [Fact]
    public async Task Redeliver_AuditLogDown_ChangesNothing()
    {
        Ended(_world).AuditIsDown = true;

        await Assert.ThrowsAsync<AuditUnavailableException>(() => _world.RedeliverAsync());

        Assert.Empty(_world.Steps);
        Assert.Equal(OperatorWorld.First, _world.Claim.DeliveryId);
    }

    private static OperatorWorld Ended(OperatorWorld world) => world.Has(OperatorWorld.ClaimIn());
}
