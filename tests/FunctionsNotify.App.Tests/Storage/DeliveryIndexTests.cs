using Azure.Data.Tables;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class DeliveryIndexTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private NotifyTable _table = null!;
    private DeliveryIndex _index = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _index = TableFixture.Index(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task GetAsync_AfterUpsert_GivesTheWholeRow()
    {
        var row = Given.IndexRow(Given.NewPaymentId(), sequence: 5_000_000_000);

        await _index.UpsertAsync(row, default);

        Assert.Equal(row, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
    }

    [Fact]
    public async Task GetAsync_NoRow_GivesNull() => Assert.Null(await _index.GetAsync("np-x", Given.AcceptedAt, default));

    [Fact]
    public async Task GetAsync_AcceptedAtInAnotherZone_IsTheSameKey()
    {
        var row = Given.IndexRow(Given.NewPaymentId(), sequence: 1);
        await _index.UpsertAsync(row, default);

        Assert.NotNull(await _index.GetAsync(row.DeliveryId, row.AcceptedAt.ToOffset(TimeSpan.FromHours(-11)), default));
    }

    [Fact]
    public async Task UpsertAsync_HigherSequence_ReplacesWithWhatIsGoneGone()
    {
        var row = Given.IndexRow(Given.NewPaymentId(), sequence: 1);
        var final = row with { State = DeliveryState.Rejected, NextDueAt = null, LastKind = null, LastResultCode = null, Sequence = 2 };
        await _index.UpsertAsync(row, default);

        await _index.UpsertAsync(final, default);

        Assert.Equal(final, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
    }

    [Fact]
    public async Task UpsertAsync_LowerSequence_LeavesTheRow()
    {
        var row = Given.IndexRow(Given.NewPaymentId(), sequence: 2);
        await _index.UpsertAsync(row, default);

        await _index.UpsertAsync(row with { Sequence = 1, AttemptCount = 99 }, default);

        Assert.Equal(row, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
    }

    [Fact]
    public async Task UpsertAsync_ManyWritersAtOnce_TheHighestSequenceStands()
    {
        for (var round = 0; round < 10; round++)
        {
            var row = Given.IndexRow(Given.NewPaymentId(), sequence: 0);
            var sequences = Enumerable.Range(1, 8).OrderBy(_ => Random.Shared.Next()).ToArray();

            await Task.WhenAll(sequences.Select(sequence => Task.Run(() => _index.UpsertAsync(row with { Sequence = sequence, AttemptCount = sequence }, default))));

            Assert.Equal(row with { Sequence = 8, AttemptCount = 8 }, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
        }
    }

    [Fact]
    public async Task UpsertAsync_TwoDeliveriesOfADay_AreListedNewestFirst()
    {
        var older = Given.IndexRow(Given.NewPaymentId(), sequence: 1);
        var newer = Given.IndexRow(Given.NewPaymentId(), sequence: 1) with { AcceptedAt = older.AcceptedAt.AddTicks(1) };
        await _index.UpsertAsync(older, default);
        await _index.UpsertAsync(newer, default);

        var rows = new List<TableEntity>();
        await foreach (var row in _table.Rows.QueryAsync<TableEntity>(row => row.PartitionKey == "d-20260304"))
        {
            rows.Add(row);
        }

        Assert.Equal([newer.PaymentId, older.PaymentId, newer.PaymentId, older.PaymentId], rows.Select(row => row.GetString("PaymentId")));
        Assert.All(rows, row => Assert.Equal(1, row.GetInt32("SchemaVersion")));
    }
}
