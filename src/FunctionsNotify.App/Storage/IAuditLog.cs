namespace FunctionsNotify.App;

internal interface IAuditLog
{
    Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken);

    Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken);
}

internal sealed record AuditFilter(DateTimeOffset From, DateTimeOffset To, string? PaymentId = null);

internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Continuation);
