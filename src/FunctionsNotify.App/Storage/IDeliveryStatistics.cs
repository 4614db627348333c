namespace FunctionsNotify.App;

// How many deliveries are open, as the host knows without asking each. Infrastructure faults throw.
internal interface IDeliveryStatistics
{
    Task<DeliveryStatistics> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

internal sealed record DeliveryStatistics(int Open, DateTimeOffset? EarliestDueAt, bool IsComplete)
{
    public TimeSpan OverdueAt(DateTimeOffset now) => EarliestDueAt is { } due && due < now ? now - due : TimeSpan.Zero;
}
