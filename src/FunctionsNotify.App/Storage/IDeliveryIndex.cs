namespace FunctionsNotify.App;

// The rows that lists, the sweeper and the in-flight gauge read: each delivery that did not succeed at its first
// attempt.
internal interface IDeliveryIndex
{
    Task UpsertAsync(DeliveryIndexRow row, CancellationToken cancellationToken);

    Task<DeliveryIndexRow?> GetAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken);
}
