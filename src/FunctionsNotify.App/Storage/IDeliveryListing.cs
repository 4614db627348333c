namespace FunctionsNotify.App;

// Lists the deliveries of the index: those that did not succeed at their first attempt. Infrastructure faults throw.
internal interface IDeliveryListing
{
    // A page of deliveries: the latest acceptance first, those of one time in the order of their ids, up or down. A row
    // that nobody changes is on exactly one page, whatever is added or changed meanwhile. The work of one call is
    // bounded, so a page may hold fewer than asked for, even none, and still have a next one.
    Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken);
}

internal sealed record DeliveryListFilter(IReadOnlyList<DeliveryState> States, string? ResultCode, DateTimeOffset From, DateTimeOffset To)
{
    // Of the payments with this acquirer's id; null for all. A host that knows more payments by it than the index holds
    // lists those too.
    public string? PaymentRequestId { get; init; }
}

internal sealed record DeliveryListPage(IReadOnlyList<DeliveryIndexRow> Rows, string? Continuation)
{
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}
