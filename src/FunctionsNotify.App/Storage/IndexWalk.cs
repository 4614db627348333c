using Azure.Data.Tables;

namespace FunctionsNotify.App;

// Looks through the index's days, the newest first, in a bounded number of the service's pages.
internal sealed class IndexWalk(TableClient table, int maxPages)
{
    public const int DefaultMaxPages = 200;

    public const int PageSize = 1000;

    public async Task<bool> TakeAsync(
        DateTimeOffset now, string[] columns, Func<DateTimeOffset, string> filterOf, Action<IReadOnlyList<TableEntity>> take, CancellationToken cancellationToken)
    {
        var pages = 0;

        // A row's day is that of its acceptance; those of tomorrow come from clocks that are ahead.
        for (var back = -1; back <= Sweeper.LookbackDays; back++)
        {
            await foreach (var page in table.QueryAsync<TableEntity>(filterOf(now.AddDays(-back)), PageSize, columns, cancellationToken).AsPages().ConfigureAwait(false))
            {
                take(page.Values);
                if (++pages == maxPages)
                {
                    return page.ContinuationToken is null && back == Sweeper.LookbackDays;
                }
            }
        }

        return true;
    }
}
