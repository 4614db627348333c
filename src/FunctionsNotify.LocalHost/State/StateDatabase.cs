using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The SQLite file: how connections to it are opened. <see cref="StateSchema"/> has its tables.
/// <para>WAL with <c>synchronous=FULL</c>: every commit is on the disk before it is relied on. <c>NORMAL</c> would survive
/// <c>kill -9</c>, where the operating system still writes its page cache, but not a power cut; the price of FULL is one
/// flush for each group commit, shared by every payment in it.</para>
/// </summary>
internal sealed class StateDatabase
{
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
        StateSchema.BringUp(connection);
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
}
