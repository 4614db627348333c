namespace FunctionsNotify.Deliveries;

/// <summary>Lists the index: each delivery that did not succeed at its first attempt. Infrastructure faults throw.</summary>
public interface IDeliveryListing
{
    /// <summary>
    /// A page of rows: the latest acceptance first, those of one time by their delivery's id. A row that nobody changes is
    /// on exactly one page, whatever is added or changed meanwhile. The work of one call is bounded, so a page may hold fewer
    /// rows than asked for, even none, and still have a next one. <c>[decided]</c>
    /// </summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="max">The most rows, from 1.</param>
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ArgumentException">The position is none that a page of this filter gave.</exception>
    Task<DeliveryListPage> ListAsync(DeliveryFilter filter, int max, DeliveryPosition? after, CancellationToken cancellationToken);
}

/// <summary>Which rows.</summary>
/// <param name="From">Accepted at this time or later, UTC.</param>
/// <param name="To">Accepted before this time, UTC.</param>
public sealed record DeliveryFilter(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>In one of these states; empty for any.</summary>
    public IReadOnlyList<DeliveryState> States { get; init; } = [];

    /// <summary>The last answer's result code; null for any.</summary>
    public string? ResultCode { get; init; }

    /// <summary>
    /// The acquirer's id of the payment; null for any. A host that knows more payments by it than the index holds lists
    /// those too.
    /// </summary>
    public string? PaymentRequestId { get; init; }
}

/// <summary>A place in a listing: behind this delivery.</summary>
/// <param name="AcceptedAt">The delivery's time of acceptance, UTC.</param>
/// <param name="DeliveryId">The delivery; empty for the place before every delivery of that time.</param>
/// <param name="Marker">What the store needs to go on where it looked last; null for nothing.</param>
public sealed record DeliveryPosition(DateTimeOffset AcceptedAt, string DeliveryId, string? Marker = null);

/// <summary>A page of rows.</summary>
/// <param name="Rows">The rows that could be read.</param>
/// <param name="Unreadable">What is wrong with each row that could not be read, as by another version.</param>
/// <param name="Next">Where the next page starts; null when this is the last.</param>
public sealed record DeliveryListPage(IReadOnlyList<DeliveryIndexRow> Rows, IReadOnlyList<string> Unreadable, DeliveryPosition? Next);
