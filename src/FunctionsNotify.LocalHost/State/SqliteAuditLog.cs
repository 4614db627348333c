using System.Globalization;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>The audit log in SQLite.</summary>
internal sealed class SqliteAuditLog(StateWriter writer, StateDatabase database) : IAuditLog
{
    /// <inheritdoc/>
    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        writer.Enqueue(new AuditChange(entry)).Committed.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var (at, id) = Position(filter, continuation);
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT id, at, actor, action, payment_id, quarantine_id, delivery_id, reason, outcome FROM audit
            WHERE at >= $from AND (at, id) < ($at, $id) AND ($payment_id IS NULL OR payment_id = $payment_id)
            ORDER BY at DESC, id DESC LIMIT $limit
            """;
        command.Parameters.AddWithValue("$from", filter.From.UtcTicks);
        command.Parameters.AddWithValue("$at", at);
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$payment_id", (object?)filter.PaymentId ?? DBNull.Value);
        command.Parameters.AddWithValue("$limit", max);
        using var reader = command.ExecuteReader();
        var entries = new List<AuditEntry>();
        while (reader.Read())
        {
            entries.Add(new AuditEntry
            {
                Id = reader.GetString(0),
                At = new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero),
                Actor = Text(2),
                Action = reader.GetString(3),
                PaymentId = Text(4),
                QuarantineId = Text(5),
                DeliveryId = Text(6),
                Reason = Text(7),
                Outcome = reader.GetString(8),
            });
        }

        var next = entries.Count == max ? string.Create(CultureInfo.InvariantCulture, $"{entries[^1].At.UtcTicks}/{entries[^1].Id}") : null;
        return Task.FromResult(new AuditPage(entries, next));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    // Behind this entry; the first page is behind the empty id of the time that is not wanted any more.
    private static (long At, string Id) Position(AuditFilter filter, string? continuation)
    {
        if (continuation is null)
        {
            return (filter.To.UtcTicks, string.Empty);
        }

        var slash = continuation.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(continuation.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= filter.To.UtcTicks
            ? (at, continuation[(slash + 1)..])
            : throw new ArgumentException("The continuation is none that a page of this filter gave.", nameof(continuation));
    }
}
