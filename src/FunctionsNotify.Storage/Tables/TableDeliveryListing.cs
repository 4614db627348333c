using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Lists the index in a table: its days from the last to the first, each newest first as the table has it. <c>[decided]</c></summary>
public sealed class TableDeliveryListing : IDeliveryListing
{
    /// <summary>The most days that one page looks at: a page over days without deliveries ends there, and the next one goes on.</summary>
    public const int MaxDaysOfAPage = 100;

    private readonly TableClient _table;

    /// <summary>Lists the index of a table that exists.</summary>
    /// <param name="table">The table.</param>
    public TableDeliveryListing(TableClient table) => _table = table;

    /// <inheritdoc/>
    public async Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var first = DateOnly.FromDateTime(filter.From.UtcDateTime);
        var position = continuation is null ? DayPosition.Before(filter.To) : DayPosition.Read(continuation, filter.To);
        var rows = new List<DeliveryIndexRow>();
        for (var days = 1; position.Day >= first; days++)
        {
            if (days > MaxDaysOfAPage)
            {
                return new DeliveryListPage(rows, position.ToString());
            }

            await foreach (var entity in _table.QueryAsync<TableEntity>(Query(filter, position), Math.Min(max, 1000), cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                rows.Add(IndexRow.Read(entity));
                position = position with { After = entity.RowKey };
                if (rows.Count == max)
                {
                    return new DeliveryListPage(rows, position.ToString());
                }
            }

            position = position.NextDay();
        }

        return new DeliveryListPage(rows, null);
    }

    // Every part goes through the client's own quoting; only parts are joined here.
    private static string Query(DeliveryListFilter filter, DayPosition position)
    {
        var partition = IndexRow.PartitionOf(new DateTimeOffset(position.Day, TimeOnly.MinValue, TimeSpan.Zero));
        var (after, notBefore) = (position.After, DayPosition.KeyAfter(filter.From));
        var parts = new List<string> { TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {notBefore}") };
        if (filter.States.Count > 0)
        {
            parts.Add($"({string.Join(" or ", filter.States.Select(state => state.ToString()).Select(state => TableClient.CreateQueryFilter($"State eq {state}")))})");
        }

        if (filter.ResultCode is { } code)
        {
            parts.Add(TableClient.CreateQueryFilter($"LastResultCode eq {code}"));
        }

        return string.Join(" and ", parts);
    }
}
