using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>
/// Counts the index's open rows, the newest days first, in a bounded number of pages. The index holds what did not succeed
/// at its first attempt, so a delivery whose first attempt is being made is not among them.
/// </summary>
public sealed class TableDeliveryStatistics : IDeliveryStatistics
{
    /// <summary>The most pages that one count reads; each holds up to <see cref="PageSize"/> rows.</summary>
    public const int DefaultMaxPages = 200;

    /// <summary>The most rows of a page: the service's limit.</summary>
    public const int PageSize = 1000;

    private static readonly string[] _columns = [RowProperties.PartitionKey, RowProperties.RowKey, IndexRow.NextDueAt];

    private readonly TableClient _table;
    private readonly int _maxPages;

    /// <summary>Counts in a table that exists.</summary>
    /// <param name="table">The table.</param>
    /// <param name="maxPages">The most pages that are read, from 1.</param>
    public TableDeliveryStatistics(TableClient table, int maxPages = DefaultMaxPages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPages, 1);
        _table = table;
        _maxPages = maxPages;
    }

    /// <inheritdoc/>
    public async Task<DeliveryStatistics> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (open, pages) = (0, 0);
        DateTimeOffset? earliest = null;

        // A row's day is that of its acceptance; those of tomorrow come from clocks that are ahead.
        for (var back = -1; back <= Sweeper.LookbackDays; back++)
        {
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {IndexRow.PartitionOf(now.AddDays(-back))} and State eq {nameof(DeliveryState.Open)}");
            await foreach (var page in _table.QueryAsync<TableEntity>(filter, PageSize, _columns, cancellationToken).AsPages().ConfigureAwait(false))
            {
                open += page.Values.Count;
                earliest = Earlier(earliest, page.Values.Min(static row => DueAt(row)));
                if (++pages == _maxPages)
                {
                    return new DeliveryStatistics(open, earliest, IsComplete: page.ContinuationToken is null && back == Sweeper.LookbackDays);
                }
            }
        }

        return new DeliveryStatistics(open, earliest, IsComplete: true);
    }

    // A row whose time cannot be read is of another version: it is open all the same.
    private static DateTimeOffset? DueAt(TableEntity row)
    {
        try
        {
            return row.TimeOrNull(IndexRow.NextDueAt);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null ? one : one < other ? one : other;
}
