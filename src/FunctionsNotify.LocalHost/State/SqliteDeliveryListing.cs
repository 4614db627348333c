using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Lists the file's index, each page by one walk along an index of its table. By an acquirer's id it lists every payment,
/// also those that succeeded at once.
/// </summary>
internal sealed class SqliteDeliveryListing(StateDatabase database) : IDeliveryListing
{
    private const string Range = "accepted_at >= $from AND (accepted_at, delivery_id) < ($at, $id)";

    private const string Order = "ORDER BY accepted_at DESC, delivery_id DESC LIMIT $limit";

    // The rows of the payments' deliveries, and what has no row: a first attempt in flight, or one that succeeded. What
    // version 1 had purged is in neither; it is still found by its paymentId.
    private const string ByRequest =
        $"""
        SELECT {IndexRows.Columns} FROM (
            SELECT {IndexRows.Columns} FROM delivery_index WHERE payment_id IN (SELECT payment_id FROM claims WHERE payment_request_id = $request)
            UNION ALL
            SELECT c.delivery_id, c.payment_id, c.payment_request_id, c.accepted_at, c.state,
                CASE c.state WHEN 'Open' THEN 0 ELSE 1 END,
                CASE c.state WHEN 'Open' THEN c.accepted_at END,
                CASE c.state WHEN 'Open' THEN NULL ELSE 'Acknowledged' END,
                CASE WHEN length(d.snapshot) > 0 THEN json_extract(CAST(d.snapshot AS TEXT), '$.attempts[0].result.resultCode') END,
                d.sequence
            FROM claims c JOIN deliveries d ON d.delivery_id = c.delivery_id
            WHERE c.payment_request_id = $request AND c.state IN ('Open', 'Delivered')
                AND NOT EXISTS (SELECT 1 FROM delivery_index i WHERE i.delivery_id = c.delivery_id))
        WHERE {Range}
        """;

    /// <inheritdoc/>
    public Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        // The first page is behind the empty id of the time that is not wanted any more.
        var after = continuation is null ? new DeliveryPosition(filter.To, string.Empty) : DeliveryPosition.Parse(continuation, filter);
        using var connection = database.Open();

        // One walk for each state: over several at once the index is in no order.
        IEnumerable<DeliveryState?> each = filter.States.Count == 0 ? [null] : filter.States.Distinct().Select(state => (DeliveryState?)state);
        var rows = each
            .SelectMany(state => Read(connection, filter, state, after, max + 1))
            .OrderByDescending(row => row.AcceptedAt).ThenByDescending(row => row.DeliveryId, StringComparer.Ordinal)
            .Take(max + 1)
            .ToList();
        if (rows.Count <= max)
        {
            return Task.FromResult(new DeliveryListPage(rows, null));
        }

        rows.RemoveAt(max);
        return Task.FromResult(new DeliveryListPage(rows, new DeliveryPosition(rows[^1].AcceptedAt, rows[^1].DeliveryId).ToString()));
    }

    /// <summary>The query of one state, or of all.</summary>
    internal static string Query(DeliveryListFilter filter, DeliveryState? state)
    {
        var rows = filter.PaymentRequestId is not null
            ? ByRequest
            : $"SELECT {IndexRows.Columns} FROM delivery_index INDEXED BY {(state is null ? "delivery_index_newest" : "delivery_index_by_state")} WHERE {Range}";
        var ofState = state is null ? string.Empty : " AND state = $state";
        var ofCode = filter.ResultCode is null ? string.Empty : " AND last_result_code = $code";
        return $"{rows}{ofState}{ofCode} {Order}";
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
            rows.Add(IndexRows.Read(reader));
        }

        return rows;
    }
}
