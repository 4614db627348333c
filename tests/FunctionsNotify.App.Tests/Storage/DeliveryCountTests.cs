namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class DeliveryCountTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = Given.AcceptedAt.AddHours(1);

    private NotifyTable _table = null!;

    public async Task InitializeAsync() => _table = await TableFixture.NewTableAsync(azurite);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task ReadAsync_NoRows_IsNone() => Assert.Equal(new DeliveryStatistics(0, null, true), await ReadAsync());

    [Fact]
    public async Task ReadAsync_RowsOfSeveralDays_CountsTheOpenOnesAndFindsTheMostOverdue()
    {
        await UpsertAsync(Given.AcceptedAt, Now.AddMinutes(10));
        await UpsertAsync(Given.AcceptedAt.AddDays(-3), Now.AddMinutes(-4));
        await UpsertAsync(Given.AcceptedAt.AddDays(-40), Now.AddMinutes(-9));
        await UpsertAsync(Given.AcceptedAt.AddDays(1), Now.AddMinutes(1));
        await UpsertAsync(Given.AcceptedAt, null, DeliveryState.Exhausted);
        await UpsertAsync(Given.AcceptedAt.AddDays(-41), Now.AddDays(-40));

        var read = await ReadAsync();

        Assert.Equal(new DeliveryStatistics(4, Now.AddMinutes(-9), true) { EarliestAcceptedAt = Given.AcceptedAt.AddDays(-40) }, read);
        Assert.Equal(TimeSpan.FromMinutes(9), read.OverdueAt(Now));
    }

    [Fact]
    public async Task ReadAsync_OldPaymentRedelivered_IsOpenButDoesNotWaitSinceItsAcceptance()
    {
        await UpsertAsync(Given.AcceptedAt.AddDays(-3), Now.AddMinutes(4), generation: 2);
        await UpsertAsync(Given.AcceptedAt, Now.AddMinutes(4));

        Assert.Equal(new DeliveryStatistics(2, Now.AddMinutes(4), true) { EarliestAcceptedAt = Given.AcceptedAt }, await ReadAsync());
    }

    [Fact]
    public async Task ReadAsync_ClaimsInTheSameTable_AreNoRows()
    {
        await TableFixture.Claims(_table).TryInsertAsync(Given.Claim(Given.NewPaymentId()), default);

        Assert.Equal(0, (await ReadAsync()).Open);
    }

    [Fact]
    public async Task ReadAsync_TheBoundIsReached_SaysThatThereMayBeMore()
    {
        await UpsertAsync(Given.AcceptedAt, Now.AddMinutes(1));

        Assert.Equal(new DeliveryStatistics(1, Now.AddMinutes(1), false) { EarliestAcceptedAt = Given.AcceptedAt }, await ReadAsync(maxPages: 2));
        Assert.True((await ReadAsync(maxPages: DeliveryIndex.LookbackDays + 2)).IsComplete);
    }

    private Task<DeliveryStatistics> ReadAsync(int maxPages = DeliveryIndex.MaxCountedPages) =>
        TableFixture.Index(_table).CountOpenAsync(Now, CancellationToken.None, maxPages);

    private Task UpsertAsync(DateTimeOffset acceptedAt, DateTimeOffset? nextDueAt, DeliveryState state = DeliveryState.Open, int generation = 1)
    {
        var row = Given.IndexRow(Given.NewPaymentId(), 1);
        return TableFixture.Index(_table).UpsertAsync(
            row with { DeliveryId = DeliveryIds.ForDelivery(row.PaymentId, generation), AcceptedAt = acceptedAt, NextDueAt = nextDueAt, State = state }, CancellationToken.None);
    }
}
