namespace FunctionsNotify.App;

internal interface IQuarantineStatistics
{
    Task<QuarantineStatistics> CountWaitingAsync(CancellationToken cancellationToken);
}

// Records that wait for an operator; one that a requeue left midway waits too.
internal sealed record QuarantineStatistics(int Invalid, int Conflict, bool IsComplete);
