namespace FunctionsNotify.Deliveries;

/// <summary>Keeps every message that could not become a delivery.</summary>
public interface IQuarantineStore
{
    /// <summary>Writes the record once; a record that is already there stays as it is.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task AddAsync(QuarantineRecord record, CancellationToken cancellationToken);
}
