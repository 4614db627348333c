using FunctionsNotify.Deliveries;
using FunctionsNotify.LocalHost;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.Bench;

/// <summary>The local host's state, read from beside it.</summary>
internal sealed class StateFile : IDisposable
{
    private readonly SqliteConnection _connection;

    public StateFile(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        _connection.Open();
    }

    /// <summary>The number of the last delivery.</summary>
    public long Last => Number("SELECT coalesce(max(number), 0) FROM deliveries");

    /// <summary>Waits until this many deliveries exist, all have ended, and every outcome is published.</summary>
    public async Task DoneAsync(long last, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        while (Number("SELECT (SELECT max(number) FROM deliveries) >= $last AND NOT EXISTS (SELECT 1 FROM deliveries WHERE is_open = 1) AND NOT EXISTS (SELECT 1 FROM outbox)", last) == 0)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>The deliveries after a number.</summary>
    public IReadOnlyList<Delivery> After(long number)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT snapshot FROM deliveries WHERE number > $number";
        command.Parameters.AddWithValue("$number", number);
        using var reader = command.ExecuteReader();
        var found = new List<Delivery>();
        while (reader.Read())
        {
            found.Add(Snapshots.Read(reader.GetFieldValue<byte[]>(0)));
        }

        return found;
    }

    public void Dispose() => _connection.Dispose();

    private long Number(string sql, long last = 0)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$last", last);
        return command.ExecuteScalar() is long number ? number : 0;
    }
}
