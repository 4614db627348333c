using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The index in the file: a row for each delivery that did not succeed at its first attempt, written together with the
/// delivery's own record. Most payments never touch it, so lists stay fast however many payments are kept.
/// </summary>
internal static class ListingTable
{
    /// <summary>The schema version that brought it.</summary>
    public const int SinceVersion = 3;

    /// <summary>Newest first, so that a page is one walk along an index. Part of a migration: never changed.</summary>
    public const string Schema =
        """
        CREATE TABLE listing(
            accepted_at INTEGER NOT NULL,
            delivery_id TEXT NOT NULL,
            payment_id TEXT NOT NULL,
            payment_request_id TEXT,
            state TEXT NOT NULL,
            attempt_count INTEGER NOT NULL,
            next_due_at INTEGER,
            last_kind TEXT,
            last_code TEXT,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (accepted_at DESC, delivery_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX listing_state ON listing(state, accepted_at DESC, delivery_id);
        CREATE INDEX listing_code ON listing(last_code, accepted_at DESC, delivery_id);
        CREATE INDEX listing_due ON listing(next_due_at) WHERE state = 'Open';
        CREATE INDEX claims_request ON claims(payment_request_id, accepted_at DESC) WHERE payment_request_id IS NOT NULL;
        """;

    public const string Columns = "delivery_id, payment_id, payment_request_id, accepted_at, state, attempt_count, next_due_at, last_kind, last_code, sequence";

    public const string Upsert =
        $"""
        INSERT INTO listing({Columns})
        VALUES ($delivery_id, $payment_id, $payment_request_id, $accepted_at, $state, $attempt_count, $next_due_at, $last_kind, $last_code, $sequence)
        ON CONFLICT(accepted_at, delivery_id) DO UPDATE SET
            state = excluded.state, attempt_count = excluded.attempt_count, next_due_at = excluded.next_due_at,
            last_kind = excluded.last_kind, last_code = excluded.last_code, sequence = excluded.sequence
        """;

    public static readonly string[] Parameters = [.. Columns.Split(", ").Select(column => "$" + column)];

    /// <summary>True for a delivery that the list has: its first attempt has failed or was put off, or it is not its payment's first.</summary>
    public static bool Has(Delivery delivery) => delivery is not
        ({ State: DeliveryState.Delivered, Attempts.Count: 1, Postponements: 0, Supersedes: null }
        or { State: DeliveryState.Open, Attempts.Count: 0, Postponements: 0, Supersedes: null });

    /// <summary>The row's values, in the order of <see cref="Parameters"/>.</summary>
    public static object?[] ValuesOf(DeliveryIndexRow row) =>
    [
        row.DeliveryId,
        row.PaymentId,
        row.PaymentRequestId,
        row.AcceptedAt.UtcTicks,
        row.State.ToString(),
        row.AttemptCount,
        row.NextDueAt?.UtcTicks,
        row.LastKind?.ToString(),
        row.LastResultCode,
        row.Sequence,
    ];

    /// <summary>The row of a query for <see cref="Columns"/>.</summary>
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

    /// <summary>Fills it from the records of a file that had none. What was purged by then is not known any more, and not listed.</summary>
    public static void Fill(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var read = connection.CreateCommand();
        read.Transaction = transaction;
        read.CommandText = "SELECT snapshot FROM deliveries WHERE length(snapshot) > 0";
        using var write = connection.CreateCommand();
        write.Transaction = transaction;
        write.CommandText = Upsert;
        write.Parameters.AddRange(Parameters.Select(name => new SqliteParameter { ParameterName = name }));
        using var reader = read.ExecuteReader();
        while (reader.Read())
        {
            var delivery = Snapshots.Read(reader.GetFieldValue<byte[]>(0));
            if (!Has(delivery))
            {
                continue;
            }

            foreach (var (index, value) in ValuesOf(DeliveryIndexRow.Of(delivery)).Index())
            {
                write.Parameters[index].Value = value ?? DBNull.Value;
            }

            write.ExecuteNonQuery();
        }
    }
}
