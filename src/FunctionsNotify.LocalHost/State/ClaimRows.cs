using System.Collections.Immutable;
using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost;

/// <summary>How a claim lies in its row. The body stands once, in the delivery's row.</summary>
internal static class ClaimRows
{
    public const string SelectByPayment =
        """
        SELECT c.payment_id, c.payment_request_id, c.delivery_id, c.generation, c.body_hashes, c.first_message_id, c.accepted_at, c.state, c.ended_at, c.duplicates, d.body, c.history
        FROM claims c JOIN deliveries d ON d.delivery_id = c.delivery_id
        WHERE c.payment_id = $payment_id
        """;

    public static string Join(ImmutableArray<string> hashes) => string.Join(' ', hashes);

    public static Claim Read(SqliteDataReader row) => new()
    {
        PaymentId = row.GetString(0),
        PaymentRequestId = row.IsDBNull(1) ? null : row.GetString(1),
        DeliveryId = row.GetString(2),
        Generation = row.GetInt32(3),
        BodyHashes = [.. row.GetString(4).Split(' ')],
        FirstMessageId = row.GetString(5),
        AcceptedAt = new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero),
        State = Enum.Parse<DeliveryState>(row.GetString(7)),
        EndedAt = row.IsDBNull(8) ? null : new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero),
        Duplicates = row.GetInt32(9),
        Body = row.GetFieldValue<byte[]>(10),
        History = ClaimHistory.Read(row.GetString(11)),
    };
}
