using Azure.Data.Tables;
using FunctionsNotify.App.Tests.Storage;

namespace FunctionsNotify.App.Tests.Deliver;

[Collection(SharedAzurite.Name)]
public sealed class RecordTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private static readonly string DeliveryId = $"np-{Given.PaymentId}~0001";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await _world.ClaimAsync(Given.PaymentId);
    }

    [Fact]
    public async Task Outcome_Rejected_MergesTheClaimWritesTheRowAndPublishes()
    {
        await RecordAsync(Given.Ended(AttemptKind.Rejected));

        var claim = Assert.Single(await _world.ClaimsAsync());
        Assert.Equal((DeliveryState.Rejected, Given.Result(AttemptKind.Rejected).EndedAt), (claim.State, claim.EndedAt!.Value));
        var row = Assert.Single(await _world.RowsAsync());
        Assert.Equal((DeliveryState.Rejected, 1, null), (row.State, row.AttemptCount, row.NextDueAt));
        var outcome = Assert.Single(await _world.OutcomesAsync());
        Assert.Equal((DeliveryId, "Rejected"), ($"{outcome["outcomeId"]}", $"{outcome["state"]}"));
        Assert.Equal(["state=Rejected,cause=Business: 1"], _world.Measured.Of(TelemetryNames.Instruments.Outcomes));
    }

    [Fact]
    public async Task Outcome_DeliveredAtTheFirstAttempt_NeedsNoIndexRow()
    {
        await RecordAsync(Given.Ended());

        Assert.Empty(await _world.RowsAsync());
        Assert.Single(await _world.OutcomesAsync());
    }

    [Theory]
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.Postponed)]
    public async Task Outcome_DeliveredAfterAWait_EndsTheRowThatSaysItWaits(AttemptKind before)
    {
        var waiting = Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(before), Given.Start);
        await AfterAsync(before);
        Assert.Equal((DeliveryState.Open, DeliveryIndexRow.Of(waiting).AttemptCount), Assert.Single(await _world.RowsAsync()) is { } row ? (row.State, row.AttemptCount) : default);

        await RecordAsync(waiting.TimerFired().Apply(Given.Result(AttemptKind.Acknowledged), Given.Start.AddMinutes(1)));

        Assert.Equal(DeliveryState.Delivered, Assert.Single(await _world.RowsAsync()).State);
    }

    // Claim read and merge, row, publication.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Outcome_ACallFails_NothingIsPublishedBeforeTheClaimIsFinalAndTheRepetitionIsWhole(int call, bool effectBefore)
    {
        var delivery = Given.Ended(AttemptKind.Rejected);
        (_world.Calls.UntilFault, _world.Calls.EffectBeforeFault) = (call, effectBefore);

        await Assert.ThrowsAsync<InfrastructureException>(() => RecordAsync(delivery));
        Assert.Empty(await _world.OutcomesAsync());
        await RecordAsync(delivery);

        Assert.Equal(DeliveryState.Rejected, Assert.Single(await _world.ClaimsAsync()).State);
        Assert.Equal(DeliveryState.Rejected, Assert.Single(await _world.RowsAsync()).State);
        Assert.Single(await _world.OutcomesAsync());
    }

    [Fact]
    public async Task Outcome_AnOpenDelivery_TouchesNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RecordAsync(Delivery.Begin(Given.Input(), Given.Start)));

        Assert.Equal(DeliveryState.Open, Assert.Single(await _world.ClaimsAsync()).State);
        Assert.Empty(await _world.OutcomesAsync());
    }

    [Fact]
    public async Task After_FinalAnswer_RecordsItUnderTheTagOfTheInsert()
    {
        var calls = 0;
        var tag = (await _world.Table.Rows.GetEntityAsync<TableEntity>(DeliveryIds.ForPayment(Given.PaymentId), DeliveryIds.ForPayment(Given.PaymentId))).Value.ETag.ToString();
        _world.Calls.AtEach = () => calls++;

        var attempt = await AfterAsync(AttemptKind.Acknowledged, tag);

        // The merge and the publication, and nothing more.
        Assert.Equal(2, calls);
        var answer = Given.Result(AttemptKind.Acknowledged);
        Assert.Equal(new SentAttempt(answer) { Ended = new RecordedEnd(DeliveryState.Delivered, answer.EndedAt), IsTold = true }, attempt);
        Assert.Equal((DeliveryState.Delivered, answer.EndedAt), Assert.Single(await _world.ClaimsAsync()) is { } claim ? (claim.State, claim.EndedAt!.Value) : default);
        Assert.Equal("Delivered", $"{Assert.Single(await _world.OutcomesAsync())["state"]}");
    }

    [Fact]
    public async Task After_TheClaimHasChangedSince_RecordsAllTheSame()
    {
        await _world.Claims.CountDuplicateAsync(Given.PaymentId, default);

        Assert.True((await AfterAsync(AttemptKind.Rejected, "W/\"old\"")).IsTold);

        Assert.Equal((DeliveryState.Rejected, 1), Assert.Single(await _world.ClaimsAsync()) is { } claim ? (claim.State, claim.Duplicates) : default);
        Assert.Equal(DeliveryState.Rejected, Assert.Single(await _world.RowsAsync()).State);
    }

    [Theory]
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.Acknowledged)]
    public async Task After_StorageFails_CountsAndGivesTheResult(AttemptKind kind)
    {
        _world.Calls.UntilFault = 0;

        Assert.Equal(new SentAttempt(Given.Result(kind)), await AfterAsync(kind));

        Assert.Equal(["1"], _world.Measured.Of(TelemetryNames.Instruments.ProgressFailures));
    }

    [Fact]
    public async Task After_StorageHangs_GivesUpAfterTheLimit()
    {
        var asked = new TaskCompletionSource();
        _world.Calls.Hanging = _ => asked.TrySetResult() || true;

        var run = AfterAsync(AttemptKind.Unknown);
        await asked.Task.WaitAsync(Eventually.Soon);
        _world.Time.Advance(Recorder.Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(run.IsCompleted);
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await run.WaitAsync(Eventually.Soon);

        Assert.Equal(["1"], _world.Measured.Of(TelemetryNames.Instruments.ProgressFailures));
    }

    // What a forced repair took the place of may still speak.
    [Fact]
    public async Task After_ARepairTookItsPlace_SaysNothingMore()
    {
        await ReplacedAsync(ended: null);

        var attempt = await AfterAsync(AttemptKind.Acknowledged);
        var ended = Delivery.Begin(Given.Input(), Given.Start).Apply(attempt, Given.Start);
        var end = await _world.Recorder.EndAsync(ended, default);

        Assert.True(attempt.Ended!.IsReplaced);
        Assert.Equal((attempt.Ended, DeliveryState.Cancelled), (end, ended.State));
        Assert.Equal((2, DeliveryState.Open), Assert.Single(await _world.ClaimsAsync()) is { } claim ? (claim.Generation, claim.State) : default);
        Assert.Empty(await _world.RowsAsync());
        Assert.Empty(await _world.OutcomesAsync());
    }

    // Recorded, redelivered, and only then published: as it was recorded.
    [Fact]
    public async Task After_ARedeliveryTookItsPlace_TellsTheEndThatWasRecorded()
    {
        var recorded = new RecordedEnd(DeliveryState.Rejected, Given.Start.AddSeconds(-1));
        await ReplacedAsync(recorded);

        var attempt = await AfterAsync(AttemptKind.Acknowledged);
        var end = await _world.Recorder.EndAsync(Delivery.Begin(Given.Input(), Given.Start).Apply(attempt, Given.Start), default);

        Assert.Equal((recorded, recorded), (attempt.Ended, end));
        Assert.Equal((DeliveryId, "Rejected"), Assert.Single(await _world.OutcomesAsync()) is { } outcome ? ($"{outcome["outcomeId"]}", $"{outcome["state"]}") : default);
    }

    private async Task ReplacedAsync(RecordedEnd? ended)
    {
        var change = new ClaimChange
        {
            Id = "c-1",
            Kind = ended is null ? ClaimChangeKind.Repair : ClaimChangeKind.Redelivery,
            DeliveryId = DeliveryIds.ForDelivery(Given.PaymentId, 2),
            Generation = 2,
            At = Given.Start,
            Ended = ended,
        };
        await _world.PutAsync(await _world.ClaimAsync(Given.PaymentId, generation: 2) with { History = [change] });
    }

    private Task<SentAttempt> AfterAsync(AttemptKind kind, string? tag = null)
    {
        var input = Given.Input();
        return _world.Recorder.AfterAttemptAsync(
            new SendAttemptInput { Delivery = Delivery.Begin(input, Given.Start), Body = input.Body, ClaimTag = tag }, Given.Result(kind), CancellationToken.None);
    }

    private Task<RecordedEnd> RecordAsync(Delivery delivery) => _world.Recorder.EndAsync(delivery, CancellationToken.None);
}
