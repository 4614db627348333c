namespace FunctionsNotify.Deliveries;

/// <summary>How full the queues are, for gauges, summary and readiness. Infrastructure faults throw.</summary>
public interface IQueueStatistics
{
    /// <summary>The three queues: notifications, outcomes, poison, in this order.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<IReadOnlyList<QueueStatistics>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>How full a queue is.</summary>
/// <param name="Queue">Its role: <c>notifications</c>, <c>outcomes</c> or <c>poison</c>.</param>
/// <param name="Depth">How many messages it holds, as the service estimates; 0 when there is no such queue.</param>
/// <param name="OldestAge">The age of the oldest message that can be seen; null when none can.</param>
public sealed record QueueStatistics(string Queue, int Depth, TimeSpan? OldestAge);
