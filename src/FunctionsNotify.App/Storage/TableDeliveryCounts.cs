using Azure.Data.Tables;

namespace FunctionsNotify.App;

// Counts the index's rows in a table, the newest days first, in a bounded number of the service's pages.
internal sealed class TableDeliveryCounts : IDeliveryCounts
{
    private static readonly string[] _columns = [RowProperties.PartitionKey, RowProperties.RowKey, RowProperties.State];

    private readonly IndexWalk _walk;
    private readonly TimeProvider _time;

    public TableDeliveryCounts(TableClient table, TimeProvider time, int maxPages = IndexWalk.DefaultMaxPages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPages, 1);
        _walk = new IndexWalk(table, maxPages);
        _time = time;
    }

    public async Task<DeliveryCounts> CountAsync(DateTimeOffset acceptedFrom, DateTimeOffset dueBefore, CancellationToken cancellationToken)
    {
        var overdue = 0;
        var ended = new Dictionary<DeliveryState, int>();
        var isComplete = await _walk.TakeAsync(_time.GetUtcNow(), _columns, FilterOf, Count, cancellationToken).ConfigureAwait(false);
        return new DeliveryCounts(overdue, ended, isComplete);

        string FilterOf(DateTimeOffset day)
        {
            var filters = new List<string> { TableClient.CreateQueryFilter($"State eq {nameof(DeliveryState.Open)} and NextDueAt lt {RowProperties.Format(dueBefore)}") };
            if (day.UtcDateTime.Date >= acceptedFrom.UtcDateTime.Date)
            {
                filters.Add(TableClient.CreateQueryFilter($"State ne {nameof(DeliveryState.Open)} and AcceptedAt ge {RowProperties.Format(acceptedFrom)}"));
            }

            return $"{TableClient.CreateQueryFilter($"PartitionKey eq {IndexRow.PartitionOf(day)}")} and (({string.Join(") or (", filters)}))";
        }

        void Count(IReadOnlyList<TableEntity> rows)
        {
            foreach (var row in rows)
            {
                // A state that this version does not know is none of these.
                if (!Enum.TryParse<DeliveryState>(row.GetString(RowProperties.State), out var state))
                {
                    continue;
                }

                if (state == DeliveryState.Open)
                {
                    overdue++;
                }
                else
                {
                    ended[state] = ended.GetValueOrDefault(state) + 1;
                }
            }
        }
    }
}
