namespace FunctionsNotify.App;

// How full the queues are, for gauges, summary and readiness. Infrastructure faults throw.
internal interface IQueueStatistics
{
    Task<IReadOnlyList<QueueStatistics>> ReadAsync(CancellationToken cancellationToken);
}

internal sealed record QueueStatistics(string Queue, int Depth, TimeSpan? OldestAge);
