using System.Text;
using FunctionsNotify.App.Tests.Storage;

namespace FunctionsNotify.App.Tests.Maintenance;

[Collection(SharedAzurite.Name)]
public sealed class PoisonDrainTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    [Fact]
    public async Task Run_NoQueue_DoesNothing()
    {
        await _world.PoisonQueue.DeleteAsync();

        Assert.Equal(new PoisonDrainReport(0, 0, 0), await DrainAsync());
    }

    [Fact]
    public async Task Run_ValidMessages_StartsTheirDeliveriesAndDeletesThem()
    {
        for (var number = 0; number < 20; number++)
        {
            await AddAsync(AppWorld.Body($"p-{number}"));
        }

        Assert.Equal(new PoisonDrainReport(20, 0, 0), await DrainAsync());

        Assert.Equal(20, _world.Durable.Started.Count);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Run_MessageWhoseClaimWasMadeBefore_HealsTheStart()
    {
        await _world.AcceptAsync(AppWorld.Body(), "the original");
        _world.Durable.Instances.Clear();
        await AddAsync(AppWorld.Body());

        await DrainAsync();

        Assert.Equal(2, _world.Durable.Started.Count);
        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData("undecodable")]
    [InlineData("""{"paymentId":"p-1"}""")]
    public async Task Run_BadMessage_IsQuarantinedWithItsReasonsAndASignThatItIsACopy(string message)
    {
        await AddAsync(message);

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        var record = Assert.Single(await _world.QuarantinedAsync());
        Assert.Equal((MessageState.Invalid, true), (record.State, record.FromPoisonQueue));
        Assert.DoesNotContain(record.Reasons, reason => reason.Rule == PoisonDrain.TriedTooOftenRule);
        Assert.Equal(record.QuarantineId, $"{Assert.Single(await _world.OutcomesAsync())["quarantineId"]}");
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Run_IntakeFails_MessageStaysHiddenForAPause()
    {
        await AddAsync(AppWorld.Body());
        NoTable();

        Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync());

        Assert.Equal(1, await CountAsync());
        Assert.Empty((await _world.PoisonQueue.PeekMessagesAsync(1)).Value);
        Assert.Empty(await _world.QuarantinedAsync());
    }

    [Fact]
    public async Task Run_TriedTooOften_IsQuarantinedWithItsPaymentAndAllReasons()
    {
        await AddAsync(AppWorld.Body("p-9"));
        NoTable();

        Assert.Equal(new PoisonDrainReport(0, 1, 0), await DrainAsync(maxTries: 1));

        var record = Assert.Single(await _world.QuarantinedAsync());
        Assert.Equal((MessageState.Invalid, "p-9", AppWorld.Body("p-9")), (record.State, record.PaymentId, Encoding.UTF8.GetString(record.Content.Span)));
        Assert.Equal("$: " + PoisonDrain.TriedTooOftenRule + " (found 1 tries, the last ended with InfrastructureException)", record.Reasons[0].ToString());
        Assert.Single(await _world.OutcomesAsync());
        Assert.Equal(0, await CountAsync());
    }

    // The claim was made by a try before, and every start failed: nobody else would start it.
    [Fact]
    public async Task Run_TriedTooOftenUnderItsOpenClaim_LeavesItToTheSweeper()
    {
        await AddAsync(AppWorld.Body());
        (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) = (call => call == "durable start", 0, true);

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync(maxTries: 1));

        Assert.Equal(0, await CountAsync());
        Assert.Empty(await _world.QuarantinedAsync());
        Assert.Empty(await _world.OutcomesAsync());
        Assert.NotNull(Assert.Single(await _world.RowsAsync()).StartingSince);

        _world.Calls.UntilFault = null;
        _world.Time.Advance(SweepRules.StartingAfter + TimeSpan.FromSeconds(1));
        await _world.Sweeper.RunAsync(_world.Durable.Client, default);
        Assert.Equal("p-1", Assert.Single(_world.Durable.Started).PaymentId);
    }

    [Fact]
    public async Task Run_TriedTooOftenUnderItsOpenClaimWhileTheTableIsAway_Stays()
    {
        await AddAsync(AppWorld.Body());
        (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) = (call => call.Contains("/" + _world.Table.Rows.Name + "(", StringComparison.Ordinal) || call == "durable start", 0, true);

        Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync(maxTries: 1));

        Assert.Equal(1, await CountAsync());
        Assert.Empty(await _world.QuarantinedAsync());
    }

    [Fact]
    public async Task Run_TriedTooOftenUnderAnOpenClaimOfAnotherContent_IsQuarantined()
    {
        await _world.AcceptAsync(AppWorld.Body(code: "OTHER"));
        await AddAsync(AppWorld.Body());
        NoTable();

        Assert.Equal(new PoisonDrainReport(0, 1, 0), await DrainAsync(maxTries: 1));

        Assert.Single(await _world.QuarantinedAsync());
        Assert.Empty(await _world.RowsAsync());
    }

    // The simulation's find: kept as a conflict by a try that told nobody, then given up as invalid.
    [Fact]
    public async Task Run_TriedTooOftenAfterItWasKept_OutcomeSaysWhatTheRecordSays()
    {
        await _world.AcceptAsync(AppWorld.Body(code: "OTHER"));
        await AddAsync(AppWorld.Body());
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call.StartsWith("POST", StringComparison.Ordinal) && call.Contains("/messages", StringComparison.Ordinal), 0);

        Assert.Equal(new PoisonDrainReport(0, 1, 0), await DrainAsync(maxTries: 1));

        Assert.Equal(MessageState.Conflict, Assert.Single(await _world.QuarantinedAsync()).State);
        Assert.Equal("Conflict", $"{Assert.Single(await _world.OutcomesAsync())["state"]}");
    }

    // The simulation's find: the record was written, a call after it failed, and the next try took the message in.
    [Fact]
    public async Task Run_GivenUpBeforeAndNotTold_IsToldAndNotTakenIn()
    {
        await AddKeptAsync();

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        Assert.Empty(_world.Durable.Started);
        await IsToldAsync();
    }

    // As above, and the record could not be read at once; meanwhile a copy of the message had claimed the payment.
    [Fact]
    public async Task Run_GivenUpBeforeAndClaimedByACopySince_IsTold()
    {
        await AddKeptAsync();
        await _world.AcceptAsync(AppWorld.Body(), "a copy");
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call.StartsWith("GET", StringComparison.Ordinal) && call.Contains(".json", StringComparison.Ordinal), 0);

        Assert.Equal(new PoisonDrainReport(0, 1, 0), await DrainAsync(maxTries: 0));

        await IsToldAsync();
    }

    private async Task AddKeptAsync()
    {
        await AddAsync(AppWorld.Body());
        // The try that kept it.
        var tried = (await _world.PoisonQueue.ReceiveMessageAsync()).Value;
        await _world.PoisonQueue.UpdateMessageAsync(tried.MessageId, tried.PopReceipt, visibilityTimeout: TimeSpan.Zero);
        var message = (await _world.PoisonQueue.PeekMessageAsync()).Value;
        await _world.Quarantine.AddAsync(
            new QuarantineRecord
            {
                State = MessageState.Invalid,
                MessageId = message.MessageId,
                InsertedAt = message.InsertedOn!.Value,
                FromPoisonQueue = true,
                QuarantinedAt = _world.Time.GetUtcNow(),
                PaymentId = "p-1",
                Reasons = [new Violation("$", PoisonDrain.TriedTooOftenRule, Severity.Refuse, "150 tries")],
                Content = Encoding.UTF8.GetBytes(AppWorld.Body()),
            },
            CancellationToken.None);
    }

    private async Task IsToldAsync()
    {
        Assert.Equal(Assert.Single(await _world.QuarantinedAsync()).QuarantineId, $"{Assert.Single(await _world.OutcomesAsync())["quarantineId"]}");
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Run_IntakeWorksAgainAtTheLastTry_IsNotGivenUp()
    {
        await AddAsync(AppWorld.Body());

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync(maxTries: 1));

        Assert.Empty(await _world.QuarantinedAsync());
    }

    [Fact]
    public async Task Run_QuarantineIsAwayToo_MessageStays()
    {
        await AddAsync("undecodable");
        (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) = (call => call.StartsWith("PUT", StringComparison.Ordinal) && call.Contains(".json", StringComparison.Ordinal), 0, true);

        Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync(maxTries: 1));

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Run_MessageThatExpires_IsMadeLastingBeforeItIsTried()
    {
        await _world.PoisonQueue.SendMessageAsync(AppWorld.Body(), timeToLive: TimeSpan.FromHours(1));
        NoTable();

        Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync());

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Run_DeleteFails_MessageComesAgainAndChangesNothing()
    {
        await AddAsync(AppWorld.Body());
        (_world.Calls.Only, _world.Calls.UntilFault) = (call => call.StartsWith("DELETE", StringComparison.Ordinal), 0);

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        Assert.Equal(1, await CountAsync());
        Assert.Single(_world.Durable.Started);
    }

    [Fact]
    public async Task Run_WholeBatchFails_SparesTheOthersTheTry()
    {
        for (var index = 0; index < 20; index++)
        {
            await AddAsync(AppWorld.Body($"p-{index}"));
        }

        NoTable();

        Assert.Equal(new PoisonDrainReport(0, 0, 16), await DrainAsync());
        Assert.Equal(20, await CountAsync());
    }

    private void NoTable() => (_world.Calls.Only, _world.Calls.UntilFault, _world.Calls.Lasts) =
        (call => call.StartsWith("POST", StringComparison.Ordinal) && call.Contains("/" + _world.Table.Rows.Name, StringComparison.Ordinal) && !call.Contains("/messages", StringComparison.Ordinal), 0, true);

    private async Task AddAsync(string message) => await _world.PoisonQueue.SendMessageAsync(message, timeToLive: Never);

    private async Task<int> CountAsync() => (await _world.PoisonQueue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private Task<PoisonDrainReport> DrainAsync(int maxTries = PoisonDrain.MaxTries) => _world.Drain.RunAsync(_world.Durable.Client, CancellationToken.None, maxTries);
}
