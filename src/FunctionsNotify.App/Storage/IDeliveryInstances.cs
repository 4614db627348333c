namespace FunctionsNotify.App;

// Deliveries as the platform runs them, for the sweeper, repair and purge.
internal interface IDeliveryInstances
{
    Task<DeliveryInstance?> GetAsync(string deliveryId, CancellationToken cancellationToken);

    IAsyncEnumerable<DeliveryInstance> ListAsync(IReadOnlyList<InstanceStatus> statuses, DateTimeOffset createdBefore, CancellationToken cancellationToken);

    Task PurgeAsync(string deliveryId, CancellationToken cancellationToken);
}

internal sealed record DeliveryInstance(
    string DeliveryId, InstanceStatus Status, DateTimeOffset CreatedAt, DateTimeOffset LastUpdatedAt, DeliveryReport? Report = null);

public enum InstanceStatus
{
    Pending,

    Running,

    Suspended,

    Completed,

    Failed,

    Terminated,
}
