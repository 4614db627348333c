namespace FunctionsNotify.Deliveries;

/// <summary>The quarantine as operators see it; <see cref="IQuarantineStore"/> is where intake writes to.</summary>
public interface IQuarantineRecords
{
    /// <summary>A page of records, newest first. A page may hold fewer than asked for, even none, and still have a next one.</summary>
    /// <param name="filter">Which records.</param>
    /// <param name="max">The most records, from 1.</param>
    /// <param name="continuation">What the page before gave; null for the first page.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ArgumentException">The continuation is none that a page gave.</exception>
    Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken);

    /// <summary>One record; null when there is none of this id.</summary>
    /// <param name="quarantineId">The record's id; any text.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="InvalidDataException">There is one that cannot be read.</exception>
    Task<StoredQuarantineRecord?> GetAsync(string quarantineId, CancellationToken cancellationToken);

    /// <summary>Writes a record that is there, unless another writer was first.</summary>
    /// <param name="record">The record as it shall be.</param>
    /// <param name="version">The version that it was read in.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The new version; null when another writer was first, and nothing was written.</returns>
    Task<string?> TryReplaceAsync(QuarantineRecord record, string version, CancellationToken cancellationToken);
}

/// <summary>Which records; null matches all.</summary>
/// <param name="State">Invalid or Conflict.</param>
/// <param name="Status">What became of them.</param>
/// <param name="PaymentId">The payment.</param>
public sealed record QuarantineFilter(MessageState? State = null, QuarantineStatus? Status = null, string? PaymentId = null)
{
    /// <summary>True when the record is one of these.</summary>
    /// <param name="record">The record.</param>
    public bool Matches(QuarantineRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (State is null || State == record.State)
            && (Status is null || Status == record.Status)
            && (PaymentId is null || string.Equals(PaymentId, record.PaymentId, StringComparison.Ordinal));
    }
}

/// <summary>A page of records, newest first.</summary>
/// <param name="Records">The records.</param>
/// <param name="Unreadable">The names of what was met in the quarantine and is no record that can be read.</param>
/// <param name="Continuation">What the next page is asked for with; null when there is none.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantineRecord> Records, IReadOnlyList<string> Unreadable, string? Continuation);

/// <summary>A record as it was read.</summary>
/// <param name="Record">The record.</param>
/// <param name="Version">Its version; a write names it.</param>
public sealed record StoredQuarantineRecord(QuarantineRecord Record, string Version);
