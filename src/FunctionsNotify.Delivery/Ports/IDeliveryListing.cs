namespace FunctionsNotify.Deliveries;

/// <summary>Lists the deliveries of the index: those that did not succeed at their first attempt. Infrastructure faults throw.</summary>
public interface IDeliveryListing
{
    /// <summary>
    /// A page of deliveries: the latest acceptance first, those of one time in the order of their ids, up or down. A row that nobody changes is on
    /// exactly one page, whatever is added or changed meanwhile. The work of one call is bounded, so a page may hold fewer
    /// than asked for, even none, and still have a next one. <c>[decided]</c>
    /// </summary>
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
public sealed record DeliveryListFilter(IReadOnlyList<DeliveryState> States, string? ResultCode, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>
    /// Of the payments with this acquirer's id; null for all. A host that knows more payments by it than the index holds
    /// lists those too.
    /// </summary>
    public string? PaymentRequestId { get; init; }
}

/// <summary>A page of deliveries.</summary>
/// <param name="Rows">The deliveries.</param>
/// <param name="Continuation">What the next page is asked for with; null when this is the last.</param>
public sealed record DeliveryListPage(IReadOnlyList<DeliveryIndexRow> Rows, string? Continuation)
{
    /// <summary>What is wrong with each row that could not be read, as by another version.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}
