using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class DeliveryListingTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private NotifyTable _table = null!;
    private DeliveryIndex _index = null!;
    private DeliveryListing _listing = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _index = TableFixture.Index(_table);
        _listing = new DeliveryListing(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static DeliveryListFilter Days(int back, int ahead = 1) => new([], null, Noon.AddDays(-back), Noon.AddDays(ahead));

    private async Task<DeliveryIndexRow> AddAsync(DateTimeOffset acceptedAt, string? request = null, string? code = null, DeliveryState state = DeliveryState.Rejected)
    {
        var row = Given.IndexRow(Given.NewPaymentId(), 4) with { AcceptedAt = acceptedAt, PaymentRequestId = request, LastResultCode = code, State = state };
        await _index.UpsertAsync(row, default);
        return row;
    }

    private static async Task<(List<DeliveryIndexRow> Rows, List<int> Pages)> AllAsync(DeliveryListing listing, DeliveryListFilter filter, int max)
    {
        var (rows, pages) = (new List<DeliveryIndexRow>(), new List<int>());
        string? continuation = null;
        do
        {
            var page = await listing.ListAsync(filter, max, continuation, default);
            rows.AddRange(page.Rows);
            pages.Add(page.Rows.Count);
            continuation = page.Continuation;
        }
        while (continuation is not null);

        return (rows, pages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ListAsync_WhileRowsAreAddedAndChanged_GivesEachThatStandsStillOnceNewestFirst(int seed) =>
        await ListingWalk.RunAsync(_listing, row => _index.UpsertAsync(row, default), seed);

    [Fact]
    public async Task ListAsync_PageThatTakesExactlyTheRest_IsTheLast()
    {
        await AddAsync(Noon);
        await AddAsync(Noon.AddTicks(1));

        Assert.Equal([2], (await AllAsync(_listing, Days(7), 2)).Pages);
    }

    [Fact]
    public async Task ListAsync_ManyEmptyDays_AsksForABoundedNumberOfThemAtATime()
    {
        var old = await AddAsync(Noon.AddDays(-100));

        var (rows, pages) = await AllAsync(_listing, Days(200), 10);

        Assert.Equal(old, Assert.Single(rows));
        Assert.Equal((202 + DeliveryListing.MaxDays - 1) / DeliveryListing.MaxDays, pages.Count);
    }

    [Fact]
    public async Task ListAsync_ServiceGivesManyPages_EndsTheCallAndGoesOnWhereItLooked()
    {
        // Azurite passes 1,000 rows before it gives a page, so a row behind them is met only through the service's own place.
        var rows = Enumerable.Range(0, 2300).Select(number => Given.IndexRow($"filler-{number:D4}", 4) with { AcceptedAt = Noon.AddTicks(-number), LastResultCode = "FILLER" }).ToList();
        foreach (var batch in rows.Chunk(100))
        {
            await _table.Rows.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, IndexRow.Of(row))));
        }

        var wanted = await AddAsync(Noon.AddHours(-1), code: "RARE");
        var listing = new DeliveryListing(_table, maxSegments: 1);

        var (found, _) = await AllAsync(listing, Days(1) with { ResultCode = "RARE" }, 5);
        var (all, pages) = await AllAsync(listing, Days(1), 2000);

        Assert.Equal(wanted, Assert.Single(found));
        Assert.Equal(rows.Append(wanted), all);
        Assert.True(pages.Count >= 3, $"{pages.Count} pages");
    }

    [Fact]
    public async Task ListAsync_PaymentRequestId_GivesItsDeliveriesOnly()
    {
        var mine = await AddAsync(Noon, "order-1");
        await AddAsync(Noon, "order-11");
        await AddAsync(Noon);

        Assert.Equal(mine, Assert.Single((await _listing.ListAsync(Days(7) with { PaymentRequestId = "order-1" }, 10, null, default)).Rows));
    }

    [Theory]
    [InlineData("' or PartitionKey ne '")]
    [InlineData("x' or '1' eq '1")]
    [InlineData("'; drop")]
    [InlineData("%27 or true")]
    public async Task ListAsync_FilterThatWouldBreakOut_MatchesOnlyItself(string text)
    {
        var mine = await AddAsync(Noon, text, text);
        await AddAsync(Noon, "order-1", "PROCESS_FAIL");

        Assert.Equal(mine, Assert.Single((await _listing.ListAsync(Days(7) with { ResultCode = text }, 10, null, default)).Rows));
        Assert.Equal(mine, Assert.Single((await _listing.ListAsync(Days(7) with { PaymentRequestId = text }, 10, null, default)).Rows));
    }

    [Fact]
    public async Task ListAsync_RowOfAnotherVersion_IsNamedAndHidesNoOther()
    {
        var row = await AddAsync(Noon);
        await _table.Rows.AddEntityAsync(new TableEntity("d-20260304", IndexRow.KeyOf("np-x", Noon.AddMinutes(-1))) { ["State"] = "Rejected" });

        var page = await _listing.ListAsync(Days(7), 10, null, default);

        Assert.Equal(row, Assert.Single(page.Rows));
        Assert.Contains("np-x", Assert.Single(page.Unreadable), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("0/np-a/")]
    [InlineData("9223372036854775807/np-a/")]
    [InlineData("639081792000000000/np'a/")]
    [InlineData("639081792000000000/np-a/\n")]
    [InlineData("639081792000000000/np-a")]
    [InlineData("-639081792000000000/np-a/")]
    public async Task ListAsync_ContinuationThatNoPageGave_IsRefusedByName(string continuation)
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => _listing.ListAsync(Days(7), 10, continuation, default));

        Assert.Equal("continuation", fault.ParamName);
    }

    [Fact]
    public async Task CountAsync_RowsOfManyDays_CountsRecentEndedAndAllOverdueOnes()
    {
        foreach (var state in Enum.GetValues<DeliveryState>())
        {
            var (recent, old) = (await AddAsync(Noon.AddHours(-23), state: state), await AddAsync(Noon.AddHours(-25), state: state));
            foreach (var row in new[] { recent, old })
            {
                await _index.UpsertAsync(row with { NextDueAt = state == DeliveryState.Open ? Noon.AddMinutes(row == recent ? -4 : -6) : null, Sequence = 5 }, default);
            }
        }

        await AddAsync(Noon.AddHours(1), state: DeliveryState.Rejected);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Noon);

        var counts = await new DeliveryIndex(_table, time, NullLogger<DeliveryIndex>.Instance).CountAsync(Noon.AddHours(-24), Noon.AddMinutes(-5), default);
        var cut = await new DeliveryIndex(_table, time, NullLogger<DeliveryIndex>.Instance).CountAsync(Noon.AddHours(-24), Noon.AddMinutes(-5), default, maxPages: 1);

        Assert.Equal((1, true), (counts.Overdue, counts.IsComplete));
        Assert.Equal((1, 2, 1, 1), (counts.Ended[DeliveryState.Delivered], counts.Ended[DeliveryState.Rejected], counts.Ended[DeliveryState.Exhausted], counts.Ended[DeliveryState.Cancelled]));
        Assert.False(cut.IsComplete);
    }
}
