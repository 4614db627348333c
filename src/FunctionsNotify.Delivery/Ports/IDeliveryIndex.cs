namespace FunctionsNotify.Deliveries;

/// <summary>The rows that lists, the sweeper and the in-flight gauge read: each delivery that did not succeed at its first attempt. <c>[decided]</c></summary>
public interface IDeliveryIndex
{
    /// <summary>Writes the row, unless a row of a higher sequence number stands.</summary>
    /// <param name="row">The row.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task UpsertAsync(DeliveryIndexRow row, CancellationToken cancellationToken);

    /// <summary>The delivery's row, null when there is none.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="acceptedAt">When it was accepted, UTC; part of the row's key.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryIndexRow?> GetAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken);
}
