namespace FunctionsNotify.App;

// What the sweeper, repair and purge do to the index, beside IDeliveryIndex.
internal interface IDeliveryIndexMaintenance
{
    Task<DeliveryIndexPage> ListOverdueAsync(DateOnly day, DateTimeOffset dueBefore, int pageSize, string? continuation, CancellationToken cancellationToken);

    // Removes a row, only while it is of the sequence number and the start that the caller saw: a newer state stays,
    // and so does a preparation that was made again.
    Task<bool> RemoveAsync(DeliveryIndexRow row, CancellationToken cancellationToken);

    Task RemoveAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken);
}

internal sealed record DeliveryIndexPage(IReadOnlyList<DeliveryIndexRow> Rows, IReadOnlyList<string> Unreadable, string? Continuation);
