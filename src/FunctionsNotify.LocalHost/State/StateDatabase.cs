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
    // Each brings a file from the version of its place to the next; none is ever changed. A new file goes through all.
    private static readonly string[] Migrations =
    [
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
        """,
        """
        ALTER TABLE claims ADD COLUMN history TEXT NOT NULL DEFAULT '[]';
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
        CREATE INDEX audit_at ON audit(at, id);
        CREATE INDEX audit_payment ON audit(payment_id, at, id) WHERE payment_id IS NOT NULL;
        """,
        ListingTable.Schema,
    ];

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
        Migrate(connection);
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

    // One transaction: a file is of one version or the next, never in between.
    private static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version";
        var version = (long)command.ExecuteScalar()!;
        if (version > Migrations.Length)
        {
            throw new InvalidDataException($"The state file has schema version {version}, this program knows version {Migrations.Length}.");
        }

        if (version < Migrations.Length)
        {
            command.CommandText = $"{string.Concat(Migrations.Skip((int)version))} PRAGMA user_version = {Migrations.Length};";
            command.ExecuteNonQuery();
            if (version < ListingTable.SinceVersion)
            {
                ListingTable.Fill(connection, transaction);
            }
        }

        transaction.Commit();
    }
}
