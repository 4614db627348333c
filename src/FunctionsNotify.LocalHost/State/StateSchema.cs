using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The tables of the state file, as numbered steps: a file of an earlier version is brought up in one transaction. A step
/// that was released is never changed.
/// </summary>
internal static class StateSchema
{
    /// <summary>The version that this program reads and writes.</summary>
    public const int Version = 2;

    private const string FirstTables =
        """
        CREATE TABLE claims(
            payment_id TEXT NOT NULL PRIMARY KEY,
            payment_request_id TEXT,
            delivery_id TEXT NOT NULL,
            generation INTEGER NOT NULL,
            body_hashes TEXT NOT NULL,
            first_message_id TEXT NOT NULL,
            accepted_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            ended_at INTEGER,
            duplicates INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE deliveries(
            number INTEGER PRIMARY KEY,
            delivery_id TEXT NOT NULL UNIQUE,
            is_open INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            snapshot BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX deliveries_open ON deliveries(number) WHERE is_open = 1;
        CREATE TABLE outbox(delivery_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        """;

    // The index has a row only for what did not succeed at its first attempt, so that most payments pay nothing for it.
    private const string OperatorsTables =
        """
        ALTER TABLE claims ADD COLUMN history TEXT NOT NULL DEFAULT '[]';
        CREATE INDEX claims_by_request ON claims(payment_request_id) WHERE payment_request_id IS NOT NULL;
        CREATE TABLE delivery_index(
            delivery_id TEXT NOT NULL PRIMARY KEY,
            payment_id TEXT NOT NULL,
            payment_request_id TEXT,
            accepted_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempt_count INTEGER NOT NULL,
            next_due_at INTEGER,
            last_kind TEXT,
            last_result_code TEXT,
            sequence INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX delivery_index_newest ON delivery_index(accepted_at, delivery_id);
        CREATE INDEX delivery_index_by_state ON delivery_index(state, accepted_at, delivery_id);
        CREATE INDEX delivery_index_by_payment ON delivery_index(payment_id);
        CREATE TABLE audit(
            id TEXT NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT,
            action TEXT NOT NULL,
            payment_id TEXT,
            quarantine_id TEXT,
            delivery_id TEXT,
            reason TEXT,
            outcome TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX audit_newest ON audit(at, id);
        """;

    /// <summary>Makes the tables, or brings those of an earlier version up.</summary>
    /// <param name="connection">The file's connection.</param>
    /// <exception cref="InvalidDataException">The file is of a version that this program does not know.</exception>
    public static void BringUp(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        var found = ReadVersion(connection, transaction);
        if (found is < 0 or > Version)
        {
            throw new InvalidDataException($"The state file has schema version {found}, this program knows versions up to {Version}.");
        }

        if (found < 1)
        {
            Execute(connection, transaction, FirstTables);
        }

        if (found < 2)
        {
            Execute(connection, transaction, OperatorsTables);
            FillIndex(connection, transaction);
        }

        Execute(connection, transaction, $"PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    private static void FillIndex(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var read = connection.CreateCommand();
        read.Transaction = transaction;
        read.CommandText = "SELECT snapshot FROM deliveries WHERE length(snapshot) > 0";
        using var rows = read.ExecuteReader();
        using var upsert = connection.CreateCommand();
        upsert.Transaction = transaction;
        upsert.CommandText = IndexRows.Upsert;
        while (rows.Read())
        {
            var delivery = Snapshots.Read(rows.GetFieldValue<byte[]>(0));
            if (IndexRows.IsListed(delivery))
            {
                upsert.Parameters.Clear();
                foreach (var (name, value) in IndexRows.Parameters(DeliveryIndexRow.Of(delivery)))
                {
                    upsert.Parameters.AddWithValue(name, value ?? DBNull.Value);
                }

                upsert.ExecuteNonQuery();
            }
        }
    }

    private static long ReadVersion(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
