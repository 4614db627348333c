using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Looks through the index's days, the newest first, in a bounded number of the service's pages.</summary>
/// <param name="table">The table, which exists.</param>
/// <param name="maxPages">The most pages that one walk reads, from 1.</param>
internal sealed class IndexWalk(TableClient table, int maxPages)
{
    /// <summary>The most pages that one walk reads where nothing else is asked for.</summary>
    public const int DefaultMaxPages = 200;

    /// <summary>The most rows of a page: the service's limit.</summary>
    public const int PageSize = 1000;

    /// <summary>Hands over every page of the days that the sweeper looks back to, until the bound is reached.</summary>
    /// <param name="now">The time, UTC, which says which day is the newest.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="filterOf">Which of a day's rows, as a filter for its partition.</param>
    /// <param name="take">Takes a page's rows.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    /// <returns>False when the bound was reached before the last page.</returns>
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
