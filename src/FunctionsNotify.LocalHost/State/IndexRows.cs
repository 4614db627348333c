using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>How a row of the index lies in its table.</summary>
internal static class IndexRows
{
    /// <summary>The columns, in the order that <see cref="Read"/> expects.</summary>
    public const string Columns = "delivery_id, payment_id, payment_request_id, accepted_at, state, attempt_count, next_due_at, last_kind, last_result_code, sequence";

    /// <summary>Writes the row, unless one of a higher sequence number stands.</summary>
    public const string Upsert =
        $"""
        INSERT INTO delivery_index({Columns})
        VALUES ($delivery_id, $payment_id, $payment_request_id, $accepted_at, $state, $attempt_count, $next_due_at, $last_kind, $last_result_code, $sequence)
        ON CONFLICT(delivery_id) DO UPDATE SET
            state = excluded.state, attempt_count = excluded.attempt_count, next_due_at = excluded.next_due_at,
            last_kind = excluded.last_kind, last_result_code = excluded.last_result_code, sequence = excluded.sequence
        WHERE excluded.sequence >= delivery_index.sequence
        """;

    /// <summary>The names of <see cref="Upsert"/>'s parameters, in the order of <see cref="Parameters"/>.</summary>
    public static readonly string[] ParameterNames =
        ["$delivery_id", "$payment_id", "$payment_request_id", "$accepted_at", "$state", "$attempt_count", "$next_due_at", "$last_kind", "$last_result_code", "$sequence"];

    /// <summary>True for a delivery that stands in the index: one that has tried or was postponed and is open, or that did not succeed at its first attempt.</summary>
    public static bool IsListed(Delivery delivery) => delivery.Phase == DeliveryPhase.Final
        ? DeliveryIndexRow.IsNeededFor(delivery)
        : delivery.Attempts.Count > 0 || delivery.Postponements > 0 || delivery.Supersedes is not null;

    /// <summary>The row's values by parameter.</summary>
    public static IEnumerable<(string Name, object? Value)> Parameters(DeliveryIndexRow row)
    {
        object?[] values =
        [
            row.DeliveryId, row.PaymentId, row.PaymentRequestId, row.AcceptedAt.UtcTicks, row.State.ToString(), row.AttemptCount,
            row.NextDueAt?.UtcTicks, row.LastKind?.ToString(), row.LastResultCode, row.Sequence,
        ];
        return ParameterNames.Zip(values);
    }

    /// <summary>The row under the reader, of <see cref="Columns"/>.</summary>
    public static DeliveryIndexRow Read(SqliteDataReader row) => new()
    {
        DeliveryId = row.GetString(0),
        PaymentId = row.GetString(1),
        PaymentRequestId = row.IsDBNull(2) ? null : row.GetString(2),
        AcceptedAt = new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero),
        State = Enum.Parse<DeliveryState>(row.GetString(4)),
        AttemptCount = row.GetInt32(5),
        NextDueAt = row.IsDBNull(6) ? null : new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero),
        LastKind = row.IsDBNull(7) ? null : Enum.Parse<AttemptKind>(row.GetString(7)),
        LastResultCode = row.IsDBNull(8) ? null : row.GetString(8),
        Sequence = row.GetInt64(9),
    };
}
