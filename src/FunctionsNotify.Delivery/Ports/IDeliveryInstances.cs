namespace FunctionsNotify.Deliveries;

/// <summary>Deliveries as the platform runs them, for the sweeper, repair and purge.</summary>
public interface IDeliveryInstances
{
    /// <summary>The delivery's instance with its report, null when there is none.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryInstance?> GetAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>Instances without their reports, in no order. A scan on the platform's side: the caller bounds it.</summary>
    /// <param name="statuses">Only instances in one of these.</param>
    /// <param name="createdBefore">Only instances that were created earlier, UTC.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    IAsyncEnumerable<DeliveryInstance> ListAsync(IReadOnlyList<InstanceStatus> statuses, DateTimeOffset createdBefore, CancellationToken cancellationToken);

    /// <summary>Removes an instance with its history; nothing happens when there is none.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task PurgeAsync(string deliveryId, CancellationToken cancellationToken);
}

/// <summary>One instance.</summary>
/// <param name="DeliveryId">The delivery, which is the instance's id.</param>
/// <param name="Status">Where the instance is in its life.</param>
/// <param name="CreatedAt">When it was started, UTC.</param>
/// <param name="LastUpdatedAt">When it did something last; of a finished one, when it finished. UTC.</param>
/// <param name="Report">The delivery as it stands; null when it was not read, or nothing was decided yet.</param>
public sealed record DeliveryInstance(
    string DeliveryId, InstanceStatus Status, DateTimeOffset CreatedAt, DateTimeOffset LastUpdatedAt, DeliveryReport? Report = null);

/// <summary>Where an instance is in its life.</summary>
public enum InstanceStatus
{
    /// <summary>Started, and no worker has taken it up.</summary>
    Pending,

    /// <summary>Running, or waiting for its timer.</summary>
    Running,

    /// <summary>Held by an operator: it sends nothing until it is resumed.</summary>
    Suspended,

    /// <summary>Ended after its outcome.</summary>
    Completed,

    /// <summary>Ended by a fault, before the delivery did.</summary>
    Failed,

    /// <summary>Ended by an operator's hand on the platform, before the delivery did.</summary>
    Terminated,
}
