using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>Counts the file's index.</summary>
internal sealed class SqliteDeliveryCounts(StateDatabase database) : IDeliveryCounts
{
    /// <inheritdoc/>
    public Task<DeliveryCounts> CountAsync(DateTimeOffset acceptedFrom, DateTimeOffset dueBefore, CancellationToken cancellationToken)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT state, count(*) FROM delivery_index WHERE accepted_at >= $from AND state <> 'Open' GROUP BY state
            UNION ALL
            SELECT 'Open', count(*) FROM delivery_index WHERE state = 'Open' AND next_due_at < $due
            """;
        command.Parameters.AddWithValue("$from", acceptedFrom.UtcTicks);
        command.Parameters.AddWithValue("$due", dueBefore.UtcTicks);
        using var reader = command.ExecuteReader();
        var counts = new Dictionary<DeliveryState, int>();
        while (reader.Read())
        {
            counts[Enum.Parse<DeliveryState>(reader.GetString(0))] = reader.GetInt32(1);
        }

        counts.Remove(DeliveryState.Open, out var overdue);
        return Task.FromResult(new DeliveryCounts(overdue, counts, IsComplete: true));
    }
}
