using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The SQLite file: its schema and how connections to it are opened.
/// <para>WAL with <c>synchronous=FULL</c>: every commit is on the disk before it is relied on. <c>NORMAL</c> would survive
/// <c>kill -9</c>, where the operating system still writes its page cache, but not a power cut; the price of FULL is one
/// flush for each group commit, shared by every payment in it.</para>
/// </summary>
internal sealed class StateDatabase
{
    private const int SchemaVersion = 1;

    private const string Schema =
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

    private readonly string _connectionString;

    /// <summary>Opens the file, or makes it with its schema.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is of another version of this program.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public StateDatabase(string path)
    {
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            // Seconds that a command waits for a lock; our own writer has none to wait for.
            DefaultTimeout = 1,
        }.ToString();
        using var connection = Open();
        // Kept in the file's header, once is enough.
        Execute(connection, "PRAGMA journal_mode = WAL");
        MakeSchema(connection);
    }

    /// <summary>A connection; the caller disposes it.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes the pooled connections, so that the file can be copied or deleted.</summary>
    public void ClosePool()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void MakeSchema(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        using var version = connection.CreateCommand();
        version.CommandText = "PRAGMA user_version";
        version.Transaction = transaction;
        switch ((long)version.ExecuteScalar()!)
        {
            case 0:
                using (var create = connection.CreateCommand())
                {
                    create.Transaction = transaction;
                    create.CommandText = $"{Schema} PRAGMA user_version = {SchemaVersion};";
                    create.ExecuteNonQuery();
                }

                break;
            case SchemaVersion:
                break;
            case var other:
                throw new InvalidDataException($"The state file has schema version {other}, this program knows version {SchemaVersion}.");
        }

        transaction.Commit();
    }
}
