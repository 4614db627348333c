using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>Reads the committed state, on connections of its own.</summary>
internal sealed class StateReader(StateDatabase database)
{
    public Claim? FindClaim(string paymentId)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = ClaimRows.SelectByPayment;
        command.Parameters.AddWithValue("$payment_id", paymentId);
        using var reader = command.ExecuteReader();
        return reader.Read() ? ClaimRows.Read(reader) : null;
    }

    /// <summary>The delivery as it was recorded last; null when there is none, and when its history was purged.</summary>
    public StoredDelivery? FindDelivery(string deliveryId) =>
        Read("SELECT snapshot, body FROM deliveries WHERE delivery_id = $delivery_id AND length(snapshot) > 0", deliveryId).FirstOrDefault();

    /// <summary>Every open delivery, in the order in which they were accepted.</summary>
    public IReadOnlyList<StoredDelivery> OpenDeliveries() =>
        Read("SELECT snapshot, body FROM deliveries WHERE is_open = 1 ORDER BY number", deliveryId: null);

    /// <summary>Every delivery that has ended and whose outcome was not published for certain.</summary>
    public IReadOnlyList<StoredDelivery> Outbox() =>
        Read("SELECT d.snapshot, d.body FROM outbox o JOIN deliveries d ON d.delivery_id = o.delivery_id ORDER BY d.number", deliveryId: null);

    private List<StoredDelivery> Read(string sql, string? deliveryId)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (deliveryId is not null)
        {
            command.Parameters.AddWithValue("$delivery_id", deliveryId);
        }

        using var reader = command.ExecuteReader();
        var found = new List<StoredDelivery>();
        while (reader.Read())
        {
            found.Add(new StoredDelivery(Snapshots.Read(reader.GetFieldValue<byte[]>(0)), reader.GetFieldValue<byte[]>(1)));
        }

        return found;
    }
}

/// <summary>A delivery as it was recorded last.</summary>
/// <param name="Delivery">Its state.</param>
/// <param name="Body">The bytes that it sends.</param>
internal sealed record StoredDelivery(Delivery Delivery, ReadOnlyMemory<byte> Body);
