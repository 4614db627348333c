namespace FunctionsNotify.Deliveries;

/// <summary>How many messages wait in the quarantine. Infrastructure faults throw.</summary>
public interface IQuarantineStatistics
{
    /// <summary>Counts the records that wait for an operator, the newest first, up to a bound.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<QuarantineStatistics> CountWaitingAsync(CancellationToken cancellationToken);
}

/// <summary>Records that wait for an operator; one that a requeue left midway waits too.</summary>
/// <param name="Invalid">Messages that break a rule.</param>
/// <param name="Conflict">Messages of another content for a payment that has a delivery.</param>
/// <param name="IsComplete">False when the bound was reached: there are at least so many.</param>
public sealed record QuarantineStatistics(int Invalid, int Conflict, bool IsComplete);
