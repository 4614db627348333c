namespace FunctionsNotify.Deliveries;

/// <summary>Counts the index's rows for people, beside <see cref="IDeliveryStatistics"/>. Infrastructure faults throw.</summary>
public interface IDeliveryCounts
{
    /// <summary>Counts, up to a bound.</summary>
    /// <param name="acceptedFrom">Ended deliveries count that were accepted at this time or later, UTC.</param>
    /// <param name="dueBefore">Open ones count whose next attempt was due earlier, UTC; whenever they were accepted.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryCounts> CountAsync(DateTimeOffset acceptedFrom, DateTimeOffset dueBefore, CancellationToken cancellationToken);
}

/// <summary>How many rows there are.</summary>
/// <param name="Overdue">Open deliveries that are due for longer.</param>
/// <param name="Ended">The ended ones by state; a state that is not there has none.</param>
/// <param name="IsComplete">False when the bound was reached: there are at least so many.</param>
public sealed record DeliveryCounts(int Overdue, IReadOnlyDictionary<DeliveryState, int> Ended, bool IsComplete);
