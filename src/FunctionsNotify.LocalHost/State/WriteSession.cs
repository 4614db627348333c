using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>The writer's connection with its prepared statements. Made anew after a fault of the file.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _insertClaim;
    private readonly SqliteCommand _selectClaim;
    private readonly SqliteCommand _finishClaim;
    private readonly SqliteCommand _countDuplicate;
    private readonly SqliteCommand _insertDelivery;
    private readonly SqliteCommand _updateDelivery;
    private readonly SqliteCommand _addToOutbox;
    private readonly SqliteCommand _removeFromOutbox;
    private readonly SqliteCommand _purgeHistory;
    private readonly SqliteCommand _purgeDeliveries;
    private readonly SqliteCommand _purgeClaims;
    private readonly SqliteCommand _purgeIndex;
    private readonly SqliteCommand _upsertIndex;

    public WriteSession(StateDatabase database)
    {
        _connection = database.Open();
        StateDatabase.Execute(_connection, "PRAGMA synchronous = FULL");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _insertClaim = Prepare(
            """
            INSERT INTO claims(payment_id, payment_request_id, delivery_id, generation, body_hashes, first_message_id, accepted_at, state, ended_at, duplicates, history)
            VALUES ($payment_id, $payment_request_id, $delivery_id, $generation, $body_hashes, $first_message_id, $accepted_at, $state, $ended_at, $duplicates, $history)
            ON CONFLICT(payment_id) DO NOTHING
            """,
            "$payment_id", "$payment_request_id", "$delivery_id", "$generation", "$body_hashes", "$first_message_id", "$accepted_at", "$state", "$ended_at", "$duplicates", "$history");
        _selectClaim = Prepare(ClaimRows.SelectByPayment, "$payment_id");
        _finishClaim = Prepare(
            "UPDATE claims SET state = $state, ended_at = $ended_at WHERE payment_id = $payment_id AND delivery_id = $delivery_id",
            "$payment_id", "$delivery_id", "$state", "$ended_at");
        _countDuplicate = Prepare("UPDATE claims SET duplicates = duplicates + 1 WHERE payment_id = $payment_id", "$payment_id");
        _insertDelivery = Prepare(
            "INSERT INTO deliveries(delivery_id, is_open, sequence, snapshot, body) VALUES ($delivery_id, 1, $sequence, $snapshot, $body) ON CONFLICT(delivery_id) DO NOTHING",
            "$delivery_id", "$sequence", "$snapshot", "$body");
        _updateDelivery = Prepare(
            "UPDATE deliveries SET is_open = $is_open, sequence = $sequence, snapshot = $snapshot WHERE delivery_id = $delivery_id AND sequence < $sequence",
            "$delivery_id", "$is_open", "$sequence", "$snapshot");
        _addToOutbox = Prepare("INSERT INTO outbox(delivery_id) VALUES ($delivery_id) ON CONFLICT(delivery_id) DO NOTHING", "$delivery_id");
        _removeFromOutbox = Prepare("DELETE FROM outbox WHERE delivery_id = $delivery_id", "$delivery_id");

        // The row and its body stay: the claim is read together with them.
        _purgeHistory = Prepare(
            """
            UPDATE deliveries SET snapshot = x'' WHERE number IN (
                SELECT d.number FROM claims c JOIN deliveries d ON d.delivery_id = c.delivery_id
                WHERE c.state <> 'Open' AND c.ended_at < $ended_before AND d.is_open = 0 AND length(d.snapshot) > 0
                    AND d.delivery_id NOT IN (SELECT delivery_id FROM outbox)
                LIMIT $limit)
            """,
            "$ended_before", "$limit");
        // All choose the same claims: the claims go last, and it is one transaction.
        const string Ended = "SELECT {0} FROM claims WHERE state <> 'Open' AND ended_at < $ended_before AND delivery_id NOT IN (SELECT delivery_id FROM outbox) ORDER BY payment_id LIMIT $limit";
        _purgeDeliveries = Prepare($"DELETE FROM deliveries WHERE delivery_id IN ({Ended.Replace("{0}", "delivery_id", StringComparison.Ordinal)})", "$ended_before", "$limit");
        _purgeIndex = Prepare($"DELETE FROM delivery_index WHERE payment_id IN ({Ended.Replace("{0}", "payment_id", StringComparison.Ordinal)})", "$ended_before", "$limit");
        _upsertIndex = Prepare(IndexRows.Upsert, IndexRows.ParameterNames);
        _purgeClaims = Prepare($"DELETE FROM claims WHERE payment_id IN ({Ended.Replace("{0}", "payment_id", StringComparison.Ordinal)})", "$ended_before", "$limit");
    }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>Undoes what was not committed; SQLite may have done so by itself.</summary>
    public void TryRollback()
    {
        try
        {
            _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // No transaction is open any more.
        }
    }

    /// <summary>True when the claim was inserted, false when the payment has one.</summary>
    public bool TryInsertClaim(Claim claim) => Execute(
        _insertClaim,
        claim.PaymentId,
        claim.PaymentRequestId,
        claim.DeliveryId,
        claim.Generation,
        ClaimRows.Join(claim.BodyHashes),
        claim.FirstMessageId,
        claim.AcceptedAt.UtcTicks,
        claim.State.ToString(),
        claim.EndedAt?.UtcTicks,
        claim.Duplicates,
        ClaimRows.Write(claim.History)) == 1;

    public Claim? FindClaim(string paymentId)
    {
        _selectClaim.Parameters[0].Value = paymentId;
        using var reader = _selectClaim.ExecuteReader();
        return reader.Read() ? ClaimRows.Read(reader) : null;
    }

    public void FinishClaim(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt) =>
        Execute(_finishClaim, paymentId, deliveryId, state.ToString(), endedAt.UtcTicks);

    public void CountDuplicate(string paymentId) => Execute(_countDuplicate, paymentId);

    public bool TryInsertDelivery(string deliveryId, long sequence, byte[] snapshot, byte[] body) =>
        Execute(_insertDelivery, deliveryId, sequence, snapshot, body) == 1;

    /// <summary>False when a later state stands, or the delivery is unknown.</summary>
    public bool UpdateDelivery(string deliveryId, bool isOpen, long sequence, byte[] snapshot) =>
        Execute(_updateDelivery, deliveryId, isOpen ? 1 : 0, sequence, snapshot) == 1;

    /// <summary>Writes the delivery's row in the index.</summary>
    public void UpsertIndex(DeliveryIndexRow row) => Execute(_upsertIndex, [.. IndexRows.Parameters(row).Select(parameter => parameter.Value)]);

    public void AddToOutbox(string deliveryId) => Execute(_addToOutbox, deliveryId);

    public void RemoveFromOutbox(string deliveryId) => Execute(_removeFromOutbox, deliveryId);

    /// <summary>Empties the records of so many finished deliveries.</summary>
    public int PurgeHistory(DateTimeOffset endedBefore, int limit) => Execute(_purgeHistory, endedBefore.UtcTicks, limit);

    /// <summary>Removes so many ended claims, each with its delivery.</summary>
    public int PurgeClaims(DateTimeOffset endedBefore, int limit)
    {
        Execute(_purgeDeliveries, endedBefore.UtcTicks, limit);
        Execute(_purgeIndex, endedBefore.UtcTicks, limit);
        return Execute(_purgeClaims, endedBefore.UtcTicks, limit);
    }

    public void Dispose()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        _commands.Add(command);
        return command;
    }

    private static int Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }
}
