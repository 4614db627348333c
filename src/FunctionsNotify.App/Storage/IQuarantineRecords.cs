namespace FunctionsNotify.App;

// The quarantine as operators see it; IQuarantineStore is where intake writes to.
internal interface IQuarantineRecords
{
    Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken);

    Task<StoredQuarantineRecord?> GetAsync(string quarantineId, CancellationToken cancellationToken);

    Task<string?> TryReplaceAsync(QuarantineRecord record, string version, CancellationToken cancellationToken);
}

internal sealed record QuarantineFilter(MessageState? State = null, QuarantineStatus? Status = null, string? PaymentId = null)
{
    public bool Matches(QuarantineRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (State is null || State == record.State)
            && (Status is null || Status == record.Status)
            && (PaymentId is null || string.Equals(PaymentId, record.PaymentId, StringComparison.Ordinal));
    }
}

internal sealed record QuarantinePage(IReadOnlyList<QuarantineRecord> Records, IReadOnlyList<string> Unreadable, string? Continuation);

internal sealed record StoredQuarantineRecord(QuarantineRecord Record, string Version);
