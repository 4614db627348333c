using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>Whether the state file can be read.</summary>
internal static class StateReadiness
{
    public static ReadinessCheck Of(StateDatabase database) => new("state-file", _ =>
    {
        try
        {
            using var connection = database.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM outbox";
            command.ExecuteScalar();
            return Task.FromResult<string?>(null);
        }
        catch (SqliteException exception)
        {
            return Task.FromResult<string?>($"not read: SQLite error {exception.SqliteErrorCode}");
        }
    });
}
