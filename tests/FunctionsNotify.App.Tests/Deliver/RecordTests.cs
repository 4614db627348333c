using FunctionsNotify.App.Tests.Storage;

namespace FunctionsNotify.App.Tests.Deliver;

[Collection(SharedAzurite.Name)]
public sealed class RecordTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly string DeliveryId = $"np-{Given.PaymentId}~0001";

    private AppWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await AppWorld.NewAsync(azurite);
        await _world.ClaimAsync(Given.PaymentId);
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Outcome_Rejected_MergesTheClaimWritesTheRowAndPublishes()
    {
        await RecordAsync(Given.Ended(AttemptKind.Rejected));

        var claim = Assert.Single(await _world.ClaimsAsync());
        Assert.Equal((DeliveryState.Rejected, Given.Start.AddSeconds(1)), (claim.State, claim.EndedAt!.Value));
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
        await Progress().RunAsync(DeliveryIndexRow.Of(waiting), CancellationToken.None);
        Assert.Equal(DeliveryState.Open, Assert.Single(await _world.RowsAsync()).State);

        await RecordAsync(waiting.TimerFired().Apply(Given.Result(AttemptKind.Acknowledged), Given.Start.AddMinutes(1)));

        Assert.Equal(DeliveryState.Delivered, Assert.Single(await _world.RowsAsync()).State);
    }

    // Claim read and merge, row read and insert, publication.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
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
    public async Task Progress_IndexFails_CountsAndDoesNotThrow()
    {
        _world.Calls.UntilFault = 0;

        await Progress().RunAsync(Row(), CancellationToken.None);

        Assert.Equal(["1"], _world.Measured.Of(TelemetryNames.Instruments.ProgressFailures));
    }

    [Fact]
    public async Task Progress_IndexHangs_GivesUpAfterTheLimit()
    {
        var asked = new TaskCompletionSource();
        _world.Calls.Hanging = _ => asked.TrySetResult() || true;

        var run = Progress().RunAsync(Row(), CancellationToken.None);
        await asked.Task.WaitAsync(Eventually.Soon);
        _world.Time.Advance(RecordProgressFunction.Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(run.IsCompleted);
        _world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await run.WaitAsync(Eventually.Soon);

        Assert.Equal(["1"], _world.Measured.Of(TelemetryNames.Instruments.ProgressFailures));
    }

    private static DeliveryIndexRow Row() => DeliveryIndexRow.Of(Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(AttemptKind.Unknown), Given.Start));

    private RecordProgressFunction Progress() => new(_world.Index, _world.Metrics, _world.Time, _world.Log<RecordProgressFunction>());

    private Task RecordAsync(Delivery delivery) =>
        new RecordOutcomeFunction(_world.Claims, _world.Index, _world.Queues, _world.Log<RecordOutcomeFunction>()).RunAsync(delivery, CancellationToken.None);
}
