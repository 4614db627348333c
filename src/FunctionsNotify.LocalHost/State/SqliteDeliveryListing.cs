using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Lists the file's index, each page by one walk along an index. By an acquirer's id it lists every payment, also those
/// that succeeded at once.
/// </summary>
internal sealed class SqliteDeliveryListing(StateDatabase database) : IDeliveryListing
{
    // "accepted_at <= $at" is what the index seeks by; the rest decides among the rows of that very time.
    private const string Range = "accepted_at >= $from AND accepted_at <= $at AND (accepted_at < $at OR delivery_id > $id)";

    private const string Order = "ORDER BY accepted_at DESC, delivery_id LIMIT $limit";

    // The rows of the payments' deliveries, and what has no row: a first attempt in flight, or one that succeeded.
    private const string ByRequest =
        $"""
        SELECT {ListingTable.Columns} FROM (
            SELECT l.* FROM claims c CROSS JOIN listing l ON l.accepted_at = c.accepted_at AND l.payment_id = c.payment_id
            WHERE c.payment_request_id = $request AND c.accepted_at >= $from AND c.accepted_at <= $at
            UNION ALL
            SELECT c.accepted_at, c.delivery_id, c.payment_id, c.payment_request_id, c.state,
                CASE c.state WHEN 'Open' THEN 0 ELSE 1 END AS attempt_count,
                CASE c.state WHEN 'Open' THEN c.accepted_at END AS next_due_at,
                CASE c.state WHEN 'Open' THEN NULL ELSE 'Acknowledged' END AS last_kind,
                CASE WHEN length(d.snapshot) > 0 THEN json_extract(CAST(d.snapshot AS TEXT), '$.attempts[0].result.resultCode') END AS last_code,
                d.sequence
            FROM claims c JOIN deliveries d ON d.delivery_id = c.delivery_id
            WHERE c.payment_request_id = $request AND c.accepted_at >= $from AND c.accepted_at <= $at AND c.state IN ('Open', 'Delivered')
                AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.accepted_at = c.accepted_at AND l.delivery_id = c.delivery_id))
        WHERE {Range} AND ($code IS NULL OR last_code = $code)
        """;

    /// <inheritdoc/>
    public Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var after = continuation is null ? new DeliveryPosition(filter.To.AddTicks(-1), string.Empty) : DeliveryPosition.Parse(continuation, filter);
        using var connection = database.Open();

        // One seek for each state: over several at once the index is in no order.
        IEnumerable<DeliveryState?> each = filter.States.Count == 0 ? [null] : filter.States.Distinct().Select(state => (DeliveryState?)state);
        var rows = each
            .SelectMany(state => Read(connection, filter, state, after, max + 1))
            .OrderByDescending(row => row.AcceptedAt).ThenBy(row => row.DeliveryId, StringComparer.Ordinal)
            .Take(max + 1)
            .ToList();
        if (rows.Count <= max)
        {
            return Task.FromResult(new DeliveryListPage(rows, null));
        }

        rows.RemoveAt(max);
        return Task.FromResult(new DeliveryListPage(rows, new DeliveryPosition(rows[^1].AcceptedAt, rows[^1].DeliveryId).ToString()));
    }

    /// <summary>The query of one state.</summary>
    internal static string Query(DeliveryListFilter filter, DeliveryState? state)
    {
        var query = filter switch
        {
            { PaymentRequestId: not null } => ByRequest,
            // The code is the rarer of the two: its index, with the state looked at in each row.
            { ResultCode: not null } => $"SELECT {ListingTable.Columns} FROM listing INDEXED BY listing_code WHERE last_code = $code AND {Range}",
            _ when state is not null => $"SELECT {ListingTable.Columns} FROM listing INDEXED BY listing_state WHERE {Range}",
            _ => $"SELECT {ListingTable.Columns} FROM listing WHERE {Range}",
        };
        return $"{query}{(state is null ? string.Empty : " AND state = $state")} {Order}";
    }

    private static List<DeliveryIndexRow> Read(SqliteConnection connection, DeliveryListFilter filter, DeliveryState? state, DeliveryPosition after, int limit)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Query(filter, state);
        command.Parameters.AddWithValue("$from", filter.From.UtcTicks);
        command.Parameters.AddWithValue("$at", after.AcceptedAt.UtcTicks);
        command.Parameters.AddWithValue("$id", after.DeliveryId);
        command.Parameters.AddWithValue("$limit", limit);
        command.Parameters.AddWithValue("$state", (object?)state?.ToString() ?? DBNull.Value);
        command.Parameters.AddWithValue("$code", (object?)filter.ResultCode ?? DBNull.Value);
        command.Parameters.AddWithValue("$request", (object?)filter.PaymentRequestId ?? DBNull.Value);
        using var reader = command.ExecuteReader();
        var rows = new List<DeliveryIndexRow>();
        while (reader.Read())
        {
            rows.Add(ListingTable.Read(reader));
        }

        return rows;
    }
}
