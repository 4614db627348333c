namespace FunctionsNotify.App;

internal interface IDeliveryReader
{
    // The delivery as it stands, the whole attempt log where the host has it; null when it was not started, or its
    // history was purged.
    Task<DeliveryReport?> GetAsync(string deliveryId, CancellationToken cancellationToken);
}
