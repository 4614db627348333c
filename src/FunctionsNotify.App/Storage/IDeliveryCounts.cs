namespace FunctionsNotify.App;

// Counts the index's rows for people, beside IDeliveryStatistics. Infrastructure faults throw.
internal interface IDeliveryCounts
{
    Task<DeliveryCounts> CountAsync(DateTimeOffset acceptedFrom, DateTimeOffset dueBefore, CancellationToken cancellationToken);
}

internal sealed record DeliveryCounts(int Overdue, IReadOnlyDictionary<DeliveryState, int> Ended, bool IsComplete);
