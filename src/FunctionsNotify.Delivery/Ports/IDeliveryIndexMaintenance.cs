namespace FunctionsNotify.Deliveries;

/// <summary>What the sweeper, repair and purge do to the index, beside <see cref="IDeliveryIndex"/>.</summary>
public interface IDeliveryIndexMaintenance
{
    /// <summary>One page of a day's open rows that are overdue, newest acceptance first.</summary>
    /// <param name="day">The day of acceptance, UTC.</param>
    /// <param name="dueBefore">Only rows whose next attempt, or whose start, was due earlier, UTC.</param>
    /// <param name="pageSize">The most rows of the page; it may hold fewer, and none, though more follow.</param>
    /// <param name="continuation">Where an earlier page ended; null for the first.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryIndexPage> ListOverdueAsync(DateOnly day, DateTimeOffset dueBefore, int pageSize, string? continuation, CancellationToken cancellationToken);

    /// <summary>Removes a row, only while it is of the sequence number and the start that the caller saw: a newer state stays, and so does a preparation that was made again.</summary>
    /// <param name="row">The row as it was read.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False when a newer row stands or none.</returns>
    Task<bool> RemoveAsync(DeliveryIndexRow row, CancellationToken cancellationToken);

    /// <summary>Removes a delivery's row whatever it says; nothing happens when there is none.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="acceptedAt">When it was accepted, UTC; part of the row's key.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task RemoveAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken);
}

/// <summary>One page of rows.</summary>
/// <param name="Rows">The rows that could be read.</param>
/// <param name="Unreadable">What is wrong with each row that could not be read, as by another version.</param>
/// <param name="Continuation">Where the next page starts; null when this is the last.</param>
public sealed record DeliveryIndexPage(IReadOnlyList<DeliveryIndexRow> Rows, IReadOnlyList<string> Unreadable, string? Continuation);
