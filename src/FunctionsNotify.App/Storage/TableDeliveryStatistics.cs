using Azure.Data.Tables;

namespace FunctionsNotify.App;

// Counts the index's open rows, the newest days first, in a bounded number of pages. The index holds what did not
// succeed at its first attempt, so a delivery whose first attempt is being made is not among them.
internal sealed class TableDeliveryStatistics : IDeliveryStatistics
{
    private static readonly string[] _columns = [RowProperties.PartitionKey, RowProperties.RowKey, IndexRow.NextDueAt];

    private readonly IndexWalk _walk;

    public TableDeliveryStatistics(TableClient table, int maxPages = IndexWalk.DefaultMaxPages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPages, 1);
        _walk = new IndexWalk(table, maxPages);
    }

    public async Task<DeliveryStatistics> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = 0;
        DateTimeOffset? earliest = null;
        var isComplete = await _walk.TakeAsync(now, _columns, FilterOf, Count, cancellationToken).ConfigureAwait(false);
        return new DeliveryStatistics(open, earliest, isComplete);

        static string FilterOf(DateTimeOffset day) => TableClient.CreateQueryFilter(
            $"PartitionKey eq {IndexRow.PartitionOf(day)} and State eq {nameof(DeliveryState.Open)}");

        void Count(IReadOnlyList<TableEntity> rows)
        {
            open += rows.Count;
            earliest = Earlier(earliest, rows.Min(static row => DueAt(row)));
        }
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
