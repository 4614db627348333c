using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Counts the index's rows in a table, the newest days first, in a bounded number of the service's pages.</summary>
public sealed class TableDeliveryCounts : IDeliveryCounts
{
    /// <summary>The most pages that one count reads; each holds up to 1,000 rows.</summary>
    public const int DefaultMaxPages = 200;

    private const int PageSize = 1000;

    private static readonly string[] _columns = [RowProperties.PartitionKey, RowProperties.RowKey, RowProperties.State];

    private readonly TableClient _table;
    private readonly TimeProvider _time;
    private readonly int _maxPages;

    /// <summary>Counts in a table that exists.</summary>
    /// <param name="table">The table.</param>
    /// <param name="time">The clock that says which day is the newest.</param>
    /// <param name="maxPages">The most pages that are read, from 1.</param>
    public TableDeliveryCounts(TableClient table, TimeProvider time, int maxPages = DefaultMaxPages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPages, 1);
        _table = table;
        _time = time;
        _maxPages = maxPages;
    }

    /// <inheritdoc/>
    public async Task<DeliveryCounts> CountAsync(DateTimeOffset acceptedFrom, DateTimeOffset dueBefore, CancellationToken cancellationToken)
    {
        var (pages, overdue) = (0, 0);
        var ended = new Dictionary<DeliveryState, int>();

        // A row's day is that of its acceptance; those of tomorrow come from clocks that are ahead.
        var now = _time.GetUtcNow();
        for (var back = -1; back <= Sweeper.LookbackDays; back++)
        {
            var day = now.AddDays(-back);
            var filters = new List<string> { TableClient.CreateQueryFilter($"State eq {nameof(DeliveryState.Open)} and NextDueAt lt {RowProperties.Format(dueBefore)}") };
            if (day.UtcDateTime.Date >= acceptedFrom.UtcDateTime.Date)
            {
                filters.Add(TableClient.CreateQueryFilter($"State ne {nameof(DeliveryState.Open)} and AcceptedAt ge {RowProperties.Format(acceptedFrom)}"));
            }

            var filter = $"{TableClient.CreateQueryFilter($"PartitionKey eq {IndexRow.PartitionOf(day)}")} and (({string.Join(") or (", filters)}))";
            await foreach (var page in _table.QueryAsync<TableEntity>(filter, PageSize, _columns, cancellationToken).AsPages().ConfigureAwait(false))
            {
                foreach (var row in page.Values)
                {
                    // A state that this version does not know is none of these.
                    if (!Enum.TryParse<DeliveryState>(row.GetString(RowProperties.State), out var state))
                    {
                        continue;
                    }

                    overdue += state == DeliveryState.Open ? 1 : 0;
                    if (state != DeliveryState.Open)
                    {
                        ended[state] = ended.GetValueOrDefault(state) + 1;
                    }
                }

                if (++pages == _maxPages)
                {
                    return new DeliveryCounts(overdue, ended, IsComplete: page.ContinuationToken is null && back == Sweeper.LookbackDays);
                }
            }
        }

        return new DeliveryCounts(overdue, ended, IsComplete: true);
    }
}
