using System.Text;
using Azure.Storage.Queues.Models;
using CsCheck;
using FunctionsNotify.App.Tests.Monitoring;
using FunctionsNotify.App.Tests.Storage;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Intake;

[Collection(SharedAzurite.Name)]
public sealed class NotificationIntakeTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    [Fact]
    public async Task AcceptAsync_NewPayment_ClaimsThenStartsWithTheExactBytes()
    {
        var body = " " + AppWorld.Body() + "\n";

        var result = await _world.AcceptAsync(body);

        Assert.Equal(new IntakeResult(IntakeVerdict.Accepted, "p-1", "np-p-1~0001"), result);
        var input = Assert.Single(_world.Durable.Started);
        Assert.Equal(AppWorld.Body(), Encoding.UTF8.GetString(input.Body.Span));
        Assert.Equal(("p-1", Given.Start, Given.Start.AddSeconds(-1)), (input.PaymentId, input.AcceptedAt, input.EnqueuedAt!.Value));
        Assert.Equal("m-1", (await _world.Claims.GetAsync("p-1", default))!.FirstMessageId);
        Assert.Empty(await _world.OutcomesAsync());
        Assert.Equal(["verdict=accepted: 1"], _world.Measured.Of(TelemetryNames.Instruments.Messages));
    }

    [Fact]
    public async Task AcceptAsync_CopyOfThePoisonQueueOrAnotherMessage_HasNoTimeOfItsOwn()
    {
        await _world.AcceptAsync(AppWorld.Message(AppWorld.Body()) with { FromPoisonQueue = true });
        _world.Durable.Instances.Clear();
        await _world.AcceptAsync(AppWorld.Body(), "m-2");

        Assert.Equal(2, _world.Durable.Started.Count);
        Assert.All(_world.Durable.Started, input => Assert.Null(input.EnqueuedAt));
    }

    [Fact]
    public async Task AcceptAsync_SameContentWrittenDifferently_IsADuplicateAndSendsTheFirstBytes()
    {
        await _world.AcceptAsync(AppWorld.Body());

        var result = await _world.AcceptAsync("""{ "paymentId": "p-1", "paymentRequestId": null, "paymentResult": {"resultCode":"RISK_REJECT","resultStatus":"F"} }""", "m-2");

        Assert.Equal(IntakeVerdict.Duplicate, result.Verdict);
        Assert.Equal(1, (await _world.Claims.GetAsync("p-1", default))!.Duplicates);
        Assert.Equal(AppWorld.Body(), Encoding.UTF8.GetString(Assert.Single(_world.Durable.Started).Body.Span));
        Assert.Empty(await _world.OutcomesAsync());
    }

    // The simulation's find: kept by a try that could not tell, and the claim was purged before the next one.
    [Fact]
    public async Task AcceptAsync_KeptByAnEarlierTryWhoseClaimIsGone_IsToldAndNotDelivered()
    {
        await _world.AcceptAsync(AppWorld.Body());
        var message = AppWorld.Message(AppWorld.Body(code: "OTHER"), "m-2");
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call.StartsWith("POST", StringComparison.Ordinal) && call.Contains("/messages", StringComparison.Ordinal), 0);
        await Assert.ThrowsAnyAsync<Exception>(() => _world.AcceptAsync(message));
        await _world.Table.Rows.DeleteEntityAsync("np-p-1", "np-p-1");

        Assert.Equal(new IntakeResult(IntakeVerdict.Conflict, "p-1", null), await _world.AcceptAsync(message with { DequeueCount = 2 }));

        Assert.Single(_world.Durable.Started);
        Assert.Equal("m-2:Conflict", $"{Assert.Single(await _world.OutcomesAsync())["outcomeId"]}");
    }

    [Fact]
    public async Task AcceptAsync_AgainWithARecordThatCannotBeRead_IsJudgedAsItIsNow()
    {
        var message = AppWorld.Message(AppWorld.Body()) with { DequeueCount = 2 };
        await _world.Container.GetBlobClient(QuarantineRecord.IdOf(message.MessageId, message.InsertedAt)).UploadAsync(BinaryData.FromString("{"));

        Assert.Equal(IntakeVerdict.Accepted, (await _world.AcceptAsync(message)).Verdict);

        Assert.Single(_world.Durable.Started);
    }

    [Fact]
    public async Task AcceptAsync_AgainWithoutAContainer_IsDelivered()
    {
        await _world.Container.DeleteAsync();

        Assert.Equal(IntakeVerdict.Accepted, (await _world.AcceptAsync(AppWorld.Message(AppWorld.Body()) with { DequeueCount = 2 })).Verdict);
    }

    [Fact]
    public async Task AcceptAsync_OtherContent_IsAConflictAndIsKeptNotSent()
    {
        await _world.AcceptAsync(AppWorld.Body());

        var result = await _world.AcceptAsync(AppWorld.Body(code: "OTHER"), "m-2");

        Assert.Equal(IntakeVerdict.Conflict, result.Verdict);
        Assert.Single(_world.Durable.Started);
        var outcome = Assert.Single(await _world.OutcomesAsync());
        var record = Assert.Single(await _world.QuarantinedAsync());
        Assert.Equal(("Conflict", "p-1", "m-2:Conflict", record.QuarantineId), ($"{outcome["state"]}", $"{outcome["paymentId"]}", $"{outcome["outcomeId"]}", $"{outcome["quarantineId"]}"));
        Assert.Equal((Given.Start, AppWorld.Body(code: "OTHER")), (record.ClaimedAt!.Value, Encoding.UTF8.GetString(record.Content.Span)));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("undecodable", null)]
    [InlineData("{", null)]
    [InlineData("[]", null)]
    [InlineData("//79/A==", null)]
    [InlineData("\"\ud83d\ude00\"", null)]
    [InlineData("""{"paymentId":"p-9"}""", "p-9")]
    public async Task AcceptAsync_Invalid_IsKeptWithItsReasonsAndNeverThrows(string body, string? paymentId)
    {
        var result = await _world.AcceptAsync(body);

        Assert.Equal(new IntakeResult(IntakeVerdict.Invalid, paymentId, null), result);
        var record = Assert.Single(await _world.QuarantinedAsync());
        Assert.NotEmpty(record.Reasons);
        Assert.Equal(Encoding.UTF8.GetBytes(body), record.Content.ToArray());
        Assert.Equal("Invalid", $"{Assert.Single(await _world.OutcomesAsync())["state"]}");
        Assert.Empty(await _world.ClaimsAsync());
        Assert.Empty(_world.Durable.Started);
    }

    [Fact]
    public async Task AcceptAsync_KnownContentOfAnEndedDelivery_IsADuplicateAndStartsNothing()
    {
        await _world.AcceptAsync(AppWorld.Body());
        await _world.Claims.FinishAsync("p-1", "np-p-1~0001", new(DeliveryState.Delivered, Given.Start), null, default);
        _world.Durable.Instances.Clear();

        Assert.Equal(IntakeVerdict.Duplicate, (await _world.AcceptAsync(AppWorld.Body(), "m-2")).Verdict);
        Assert.Single(_world.Durable.Started);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    public async Task AcceptAsync_EndedInstanceUnderAnOpenClaim_IsBrokenAndKept(OrchestrationRuntimeStatus status)
    {
        _world.Durable.Has(DeliveryIds.ForDelivery("p-1", 1), status);

        Assert.Equal(IntakeVerdict.Broken, (await _world.AcceptAsync(AppWorld.Body())).Verdict);
        Assert.Equal(DeliveryState.Open, (await _world.Claims.GetAsync("p-1", default))!.State);
    }

    [Fact]
    public async Task AcceptAsync_ClaimWithoutStart_TheSameMessageHealsItAndCountsNoDuplicate()
    {
        _world.Calls.UntilFault = 1;
        await Assert.ThrowsAsync<InfrastructureException>(() => _world.AcceptAsync(AppWorld.Body()));
        Assert.Empty(_world.Durable.Started);

        Assert.Equal(IntakeVerdict.Accepted, (await _world.AcceptAsync(AppWorld.Body())).Verdict);

        Assert.Single(_world.Durable.Started);
        Assert.Equal(0, (await _world.Claims.GetAsync("p-1", default))!.Duplicates);
    }

    [Fact]
    public async Task AcceptAsync_WithATrace_TheDeliveryBelongsToTheIntakesSpan()
    {
        var payment = Guid.NewGuid().ToString("N");
        using var spans = new Spans();

        await _world.AcceptAsync($$$"""{"functionsNotify":1,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","notification":{{{AppWorld.Body(payment)}}}}""");

        var span = Assert.Single(spans.Of(payment));
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        var input = Assert.Single(_world.Durable.Started);
        Assert.Equal((span.Id, AppWorld.Body(payment)), (input.TraceParent, Encoding.UTF8.GetString(input.Body.Span)));
    }

    [Fact]
    public async Task Function_InsertionTimeInAnotherZoneOrNone_IsTakenAsUtcOrAsOneThatStays()
    {
        await RunAsync("{}", new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.FromHours(8)));
        await RunAsync("{", insertedOn: null);
        await RunAsync("{", insertedOn: null);

        var kept = await _world.QuarantinedAsync();
        Assert.Equal([new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), DateTimeOffset.UnixEpoch], kept.Select(record => record.InsertedAt));
        Assert.All(kept, record => Assert.Equal(TimeSpan.Zero, record.InsertedAt.Offset));
    }

    [Fact]
    public async Task AcceptAsync_FaultAtAnyCall_NothingIsLostAndNothingContradictoryStarts() =>
        await Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 8], Gen.Bool).Array[1, 8].SampleAsync(
            async messages =>
            {
                using var world = await AppWorld.NewAsync(Azurite);
                for (var number = 0; number < messages.Length; number++)
                {
                    var (payment, variant, fault, effect) = messages[number];
                    var body = payment == 2 ? "undecodable" : AppWorld.Body($"p-{payment}", $"CODE_{variant}");
                    (world.Calls.UntilFault, world.Calls.EffectBeforeFault) = (fault, effect);
                    for (var tries = 0; ; tries++)
                    {
                        try
                        {
                            await world.AcceptAsync(body, $"m-{number}");
                            break;
                        }
                        catch (InfrastructureException)
                        {
                            // The queue hands the message out again.
                            Assert.True(tries < 2);
                        }
                    }
                }

                world.Calls.UntilFault = null;
                var outcomes = (await world.OutcomesAsync()).Select(outcome => $"{outcome["outcomeId"]}").Distinct().Order(StringComparer.Ordinal);
                var expected = new List<string>();
                for (var number = 0; number < messages.Length; number++)
                {
                    var (payment, variant, _, _) = messages[number];
                    var first = messages.First(message => message.Item1 == payment).Item2;
                    if (payment == 2)
                    {
                        expected.Add($"m-{number}:Invalid");
                        continue;
                    }

                    var started = Assert.Single(world.Durable.Started, input => input.PaymentId == $"p-{payment}");
                    Assert.Equal(AppWorld.Body($"p-{payment}", $"CODE_{first}"), Encoding.UTF8.GetString(started.Body.Span));
                    if (variant != first)
                    {
                        expected.Add($"m-{number}:Conflict");
                    }
                }

                Assert.Equal(expected.Order(StringComparer.Ordinal), outcomes);
                return true;
            },
            iter: 25,
            threads: 1);

    [Fact]
    public async Task AcceptAsync_TwoBodiesAtOnce_OneDeliveryAndOneConflict()
    {
        using var world = await AppWorld.NewAsync(Azurite, TimeProvider.System);
        for (var round = 0; round < 20; round++)
        {
            var payment = $"p-{round}";
            using var barrier = new Barrier(2);
            var results = await Task.WhenAll(new[] { "A", "B" }.Select(code => Task.Run(() =>
            {
                barrier.SignalAndWait();
                return world.AcceptAsync(AppWorld.Body(payment, code), $"m-{round}-{code}");
            })));
            Assert.Equal([IntakeVerdict.Accepted, IntakeVerdict.Conflict], results.Select(result => result.Verdict).Order());
        }

        Assert.Equal(20, world.Durable.Started.Count);
    }

    // Made as the worker makes it: QueueMessageJsonConverter calls the same factory with the message's text.
    private Task RunAsync(string text, DateTimeOffset? insertedOn) => new IntakeFunction(_world.Intake).RunAsync(
        QueuesModelFactory.QueueMessage("m-1", "receipt", text, 1, Given.Start, insertedOn, DateTimeOffset.MaxValue), _world.Durable.Client, CancellationToken.None);
}
