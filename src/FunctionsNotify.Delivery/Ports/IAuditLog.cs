namespace FunctionsNotify.Deliveries;

/// <summary>Keeps who changed what, and why. Infrastructure faults throw.</summary>
public interface IAuditLog
{
    /// <summary>Writes an entry; the same id again replaces it, so that a change's end stands where its beginning did.</summary>
    /// <param name="entry">The entry; its time never changes.</param>
    /// <param name="cancellationToken">Stops the call; whether it was written is then not known.</param>
    Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>A page of entries, newest first. It may hold fewer than asked for, even none, and still have a next one.</summary>
    /// <param name="filter">Which entries.</param>
    /// <param name="max">The most entries, from 1.</param>
    /// <param name="continuation">What the page before gave; null for the first page.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ArgumentException">The continuation is none that a page gave.</exception>
    Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken);
}

/// <summary>Which entries.</summary>
/// <param name="From">Only entries of this time or later, UTC.</param>
/// <param name="To">Only earlier entries, UTC.</param>
/// <param name="PaymentId">Only entries of this payment; null for all.</param>
public sealed record AuditFilter(DateTimeOffset From, DateTimeOffset To, string? PaymentId = null);

/// <summary>A page of entries, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Continuation">What the next page is asked for with; null when this is the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Continuation);
