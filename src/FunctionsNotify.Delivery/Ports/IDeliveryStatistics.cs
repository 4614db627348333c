namespace FunctionsNotify.Deliveries;

/// <summary>How many deliveries are open, as the host knows without asking each. Infrastructure faults throw.</summary>
public interface IDeliveryStatistics
{
    /// <summary>Counts open deliveries, up to a bound.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryStatistics> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>Open deliveries.</summary>
/// <param name="Open">How many are known to be open.</param>
/// <param name="EarliestDueAt">When the first of their next attempts is or was due, UTC; null when none is open.</param>
/// <param name="IsComplete">False when the bound was reached: there are at least so many.</param>
public sealed record DeliveryStatistics(int Open, DateTimeOffset? EarliestDueAt, bool IsComplete)
{
    /// <summary>How long the most overdue delivery is overdue; zero when none is.</summary>
    /// <param name="now">The time, UTC.</param>
    public TimeSpan OverdueAt(DateTimeOffset now) => EarliestDueAt is { } due && due < now ? now - due : TimeSpan.Zero;
}
