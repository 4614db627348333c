using Azure.Data.Tables;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class IndexMaintenanceTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateOnly Day = DateOnly.FromDateTime(Given.AcceptedAt.UtcDateTime);
    private static readonly DateTimeOffset DueBefore = Given.AcceptedAt.AddMinutes(30);

    private NotifyTable _table = null!;
    private DeliveryIndex _index = null!;
    private DeliveryIndex _rows = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _index = TableFixture.Index(_table);
        _rows = TableFixture.Index(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task ListOverdueAsync_PageByPage_GivesTheDaysOverdueRowsNewestFirst()
    {
        var overdue = new List<DeliveryIndexRow>();
        for (var number = 0; number < 5; number++)
        {
            overdue.Add(await UpsertedAsync(Given.AcceptedAt.AddMinutes(number), DueBefore.AddTicks(-1)));
        }

        await UpsertedAsync(Given.AcceptedAt, DueBefore);
        await UpsertedAsync(Given.AcceptedAt, null, DeliveryState.Rejected);
        await UpsertedAsync(Given.AcceptedAt.AddDays(1), DueBefore.AddMinutes(-1));
        await UpsertedAsync(Given.AcceptedAt.AddDays(-1), DueBefore.AddMinutes(-1));

        var listed = new List<DeliveryIndexRow>();
        string? continuation = null;
        do
        {
            var page = await _rows.ListOverdueAsync(Day, DueBefore.ToOffset(TimeSpan.FromHours(-7)), 2, continuation, default);
            Assert.InRange(page.Rows.Count, 0, 2);
            listed.AddRange(page.Rows);
            continuation = page.Continuation;
        }
        while (continuation is not null);

        overdue.Reverse();
        Assert.Equal(overdue, listed);
    }

    [Fact]
    public async Task ListOverdueAsync_PreparedRow_KeepsSinceWhen()
    {
        var row = DeliveryIndexRow.Starting(Given.Claim(Given.NewPaymentId()), DueBefore.AddMinutes(-2).AddTicks(3));
        await _index.UpsertAsync(row, default);

        Assert.Equal(row, Assert.Single((await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default)).Rows));
    }

    [Fact]
    public async Task UpsertAsync_FirstProgressAfterTheStart_IsNoLongerPrepared()
    {
        var row = DeliveryIndexRow.Starting(Given.Claim(Given.NewPaymentId()), DueBefore);
        await _index.UpsertAsync(row, default);

        await _index.UpsertAsync(row with { Sequence = 1, StartingSince = null }, default);

        Assert.Null((await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default))!.StartingSince);
    }

    [Fact]
    public async Task ListOverdueAsync_RowOfAnotherVersion_IsNamedAndHidesNoOther()
    {
        var row = await UpsertedAsync(Given.AcceptedAt, DueBefore.AddMinutes(-1));
        await _table.Rows.AddEntityAsync(new TableEntity("d-20260304", "o-0") { ["State"] = "Open", ["NextDueAt"] = "2026-03-04T05:00:00.0000000+00:00" });

        var page = await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default);

        Assert.Equal(row, Assert.Single(page.Rows));
        Assert.Contains("d-20260304 / o-0", Assert.Single(page.Unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListOverdueAndCount_ADayOfEndedRows_ReadNoneOfThem()
    {
        var ended = Enumerable.Range(0, 2300).Select(number => Given.IndexRow($"ended-{number:D4}", 4) with { State = DeliveryState.Rejected, NextDueAt = null });
        foreach (var batch in ended.Chunk(100))
        {
            await _table.Rows.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, IndexRow.Of(row))));
        }

        var row = await UpsertedAsync(Given.AcceptedAt, DueBefore.AddMinutes(-1));
        var range = new List<TableEntity>();
        await foreach (var open in _table.Rows.QueryAsync<TableEntity>(open => open.PartitionKey == "d-20260304" && open.RowKey.CompareTo("o-") >= 0))
        {
            range.Add(open);
        }

        Assert.Equal(row, IndexRow.Read(Assert.Single(range)));
        Assert.Equal(row, Assert.Single((await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default)).Rows));
        Assert.Equal(1, (await _rows.CountOpenAsync(Given.AcceptedAt, default, maxPages: DeliveryIndex.LookbackDays + 2)).Open);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task UpsertAsync_Ended_IsNoLongerAmongTheOpen(long sequence)
    {
        var row = Given.IndexRow(Given.NewPaymentId(), 1) with { NextDueAt = DueBefore.AddMinutes(-1) };
        var ended = row with { State = DeliveryState.Exhausted, NextDueAt = null, Sequence = sequence };
        await _index.UpsertAsync(row, default);

        await _index.UpsertAsync(ended, default);
        await _index.UpsertAsync(ended, default);

        Assert.Empty((await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default)).Rows);
        Assert.Equal(ended, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task UpsertAsync_OpenStateThatComesAfterTheEnd_BringsNothingBack(long sequence)
    {
        var row = Given.IndexRow(Given.NewPaymentId(), sequence) with { NextDueAt = DueBefore.AddMinutes(-1) };
        await _index.UpsertAsync(row with { State = DeliveryState.Exhausted, NextDueAt = null, Sequence = 4 }, default);

        await _index.UpsertAsync(row, default);

        Assert.Empty((await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default)).Rows);
        Assert.Equal(DeliveryState.Exhausted, (await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default))!.State);
    }

    [Fact]
    public async Task UpsertAsync_TheEndBesideOlderStates_LeavesNoneOpen()
    {
        for (var round = 0; round < 30; round++)
        {
            var row = Given.IndexRow(Given.NewPaymentId(), 1) with { NextDueAt = DueBefore.AddMinutes(-1) };
            var ended = row with { State = DeliveryState.Exhausted, NextDueAt = null, Sequence = 4 };
            await Task.WhenAll(new[] { row, row with { Sequence = 2 }, ended, row with { Sequence = 3 } }.OrderBy(_ => Random.Shared.Next()).Select(each => Task.Run(() => _index.UpsertAsync(each, default))));

            Assert.Empty((await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default)).Rows);
            Assert.Equal(ended, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
        }
    }

    [Fact]
    public async Task RemoveAsync_CopyWithoutARow_RemovesIt()
    {
        var row = Given.IndexRow(Given.NewPaymentId(), 1) with { NextDueAt = DueBefore.AddMinutes(-1) };
        await _table.Rows.AddEntityAsync(IndexRow.OpenOf(row));

        Assert.True(await _rows.RemoveAsync(row, default));
        Assert.Empty((await _rows.ListOverdueAsync(Day, DueBefore, 10, null, default)).Rows);
    }

    [Fact]
    public async Task RemoveAsync_RowAsRead_Removes()
    {
        var row = await UpsertedAsync(Given.AcceptedAt, DueBefore);

        Assert.True(await _rows.RemoveAsync(row, default));
        Assert.Null(await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
        Assert.Equal(0, (await _rows.CountOpenAsync(Given.AcceptedAt, default)).Open);
        Assert.False(await _rows.RemoveAsync(row, default));
    }

    [Fact]
    public async Task RemoveAsync_NewerStateSinceItWasRead_Leaves()
    {
        var row = await UpsertedAsync(Given.AcceptedAt, DueBefore);
        await _index.UpsertAsync(row with { Sequence = row.Sequence + 1 }, default);

        Assert.False(await _rows.RemoveAsync(row, default));
        Assert.NotNull(await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
    }

    [Fact]
    public async Task RemoveAsync_PreparedAgainSinceItWasRead_Leaves()
    {
        var row = await UpsertedAsync(Given.AcceptedAt, DueBefore);
        var (first, again) = (row with { StartingSince = DueBefore }, row with { StartingSince = DueBefore.AddMinutes(1) });
        await _index.UpsertAsync(first, default);
        await _index.UpsertAsync(again, default);

        Assert.False(await _rows.RemoveAsync(first, default));
        Assert.True(await _rows.RemoveAsync(again, default));
    }

    [Fact]
    public async Task RemoveAsync_AgainstANewerStateAtTheSameTime_NeverLosesIt()
    {
        for (var round = 0; round < 30; round++)
        {
            var row = await UpsertedAsync(Given.AcceptedAt, DueBefore);
            var newer = row with { Sequence = row.Sequence + 1 };
            await Task.WhenAll(
                Task.Run(() => _rows.RemoveAsync(row, default)),
                Task.Run(() => _index.UpsertAsync(newer, default)));

            Assert.Equal(newer, await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
        }
    }

    [Fact]
    public async Task RemoveAsync_ByDelivery_RemovesWhateverStandsAndAcceptsNone()
    {
        var row = await UpsertedAsync(Given.AcceptedAt, DueBefore);

        await _rows.RemoveAsync(row.DeliveryId, row.AcceptedAt, default);
        await _rows.RemoveAsync(row.DeliveryId, row.AcceptedAt, default);

        Assert.Null(await _index.GetAsync(row.DeliveryId, row.AcceptedAt, default));
    }

    private async Task<DeliveryIndexRow> UpsertedAsync(DateTimeOffset acceptedAt, DateTimeOffset? dueAt, DeliveryState state = DeliveryState.Open)
    {
        var row = Given.IndexRow(Given.NewPaymentId(), 4) with { AcceptedAt = acceptedAt, NextDueAt = dueAt, State = state };
        await _index.UpsertAsync(row, default);
        return row;
    }
}
