namespace FunctionsNotify.Deliveries;

/// <summary>Reads deliveries for people.</summary>
public interface IDeliveryReader
{
    /// <summary>The delivery as it stands, the whole attempt log where the host has it; null when it was not started, or its history was purged.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryReport?> GetAsync(string deliveryId, CancellationToken cancellationToken);
}
