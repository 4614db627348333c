using Azure.Data.Tables;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Storage.Tests;

[Collection(SharedAzurite.Name)]
public sealed class TableDeliveryListingTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TableClient _table = null!;
    private TableDeliveryListing _listing = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _listing = new TableDeliveryListing(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public async Task ListAsync_PageByPage_GivesWhatTheFilterMeansNewestFirst(int pageSize)
    {
        var index = TableFixture.Index(_table);
        var rows = new List<DeliveryIndexRow>();
        for (var number = 0; number < 12; number++)
        {
            rows.Add(Given.IndexRow($"p-{number:D2}", 1) with
            {
                AcceptedAt = Given.AcceptedAt.AddHours(-7 * number),
                State = (DeliveryState)(number % 4),
                LastResultCode = number % 2 == 0 ? "A" : "B",
            });
            await index.UpsertAsync(rows[^1], default);
        }

        DeliveryListFilter[] filters =
        [
            new([], null, Given.AcceptedAt.AddDays(-9), Given.AcceptedAt.AddTicks(1)),
            new([(DeliveryState)1, (DeliveryState)2], null, Given.AcceptedAt.AddDays(-9), Given.AcceptedAt.AddTicks(1)),
            new([], "A", Given.AcceptedAt.AddDays(-9), Given.AcceptedAt.AddTicks(1)),
            new([], "A' or '1' eq '1", Given.AcceptedAt.AddDays(-9), Given.AcceptedAt.AddTicks(1)),
            new([], null, Given.AcceptedAt.AddHours(-35), Given.AcceptedAt),
        ];
        foreach (var filter in filters)
        {
            var listed = new List<DeliveryIndexRow>();
            string? continuation = null;
            do
            {
                var page = await _listing.ListAsync(filter, pageSize, continuation, default);
                Assert.InRange(page.Rows.Count, 0, pageSize);
                listed.AddRange(page.Rows);
                continuation = page.Continuation;
            }
            while (continuation is not null);

            Assert.Equal(
                rows.Where(row => (filter.States.Count == 0 || filter.States.Contains(row.State)) && (filter.ResultCode is null || filter.ResultCode == row.LastResultCode) && row.AcceptedAt >= filter.From && row.AcceptedAt < filter.To),
                listed);
        }
    }
}
