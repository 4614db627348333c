namespace FunctionsNotify.Deliveries;

/// <summary>Lists the deliveries of the index: those that did not succeed at their first attempt. Infrastructure faults throw.</summary>
public interface IDeliveryListing
{
    /// <summary>A page of deliveries, newest acceptance first. It may hold fewer than asked for, even none, and still have a next one.</summary>
    /// <param name="filter">Which deliveries.</param>
    /// <param name="max">The most deliveries, from 1.</param>
    /// <param name="continuation">What the page before gave; null for the first page.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ArgumentException">The continuation is none that a page gave.</exception>
    Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken);
}

/// <summary>Which deliveries.</summary>
/// <param name="States">In one of these states; empty for all.</param>
/// <param name="ResultCode">With this last result code; null for all.</param>
/// <param name="From">Accepted then or later, UTC.</param>
/// <param name="To">Accepted earlier, UTC.</param>
public sealed record DeliveryListFilter(IReadOnlyList<DeliveryState> States, string? ResultCode, DateTimeOffset From, DateTimeOffset To);

/// <summary>A page of deliveries.</summary>
/// <param name="Rows">The deliveries.</param>
/// <param name="Continuation">What the next page is asked for with; null when this is the last.</param>
public sealed record DeliveryListPage(IReadOnlyList<DeliveryIndexRow> Rows, string? Continuation);
