using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Keeps an entry for every change, before the change takes effect: no change is ever without one. An entry that still
// says Begun is of a change that was cut off and may have taken effect.
internal sealed class AuditTrail
{
    private static readonly TimeSpan _endWithin = TimeSpan.FromSeconds(10);

    private readonly IAuditLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public AuditTrail(IAuditLog log, TimeProvider time, ILoggerFactory logs)
    {
        _log = log;
        _time = time;
        _logger = logs.CreateLogger(AuditLogs.Category);
    }

    public AuditEntry New(string action, OperatorStatement by, string? paymentId = null, string? quarantineId = null, string? deliveryId = null)
    {
        ArgumentNullException.ThrowIfNull(by);
        return new AuditEntry
        {
            Id = Guid.CreateVersion7().ToString(),
            At = _time.GetUtcNow(),
            Actor = by.Actor,
            Action = action,
            PaymentId = paymentId,
            QuarantineId = quarantineId,
            DeliveryId = deliveryId,
            Reason = by.Reason,
            Outcome = AuditEntry.Begun,
        };
    }

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await _log.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new AuditUnavailableException(fault);
        }

        Tell(entry);
    }

    // Writes a change's end. The change stands whatever becomes of it, and whoever asked for it may be gone: so it does
    // not throw.
    public async Task EndAsync(AuditEntry entry, string outcome)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            using var limit = new CancellationTokenSource(_endWithin, _time);
            var ended = entry with { Outcome = outcome };
            await _log.WriteAsync(ended, limit.Token).ConfigureAwait(false);
            Tell(ended);
        }
#pragma warning disable CA1031 // The change was made; its entry is there, though not its end.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            AuditLogs.EndNotWritten(_logger, fault, entry.Id, outcome);
        }
    }

    public void Tell(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        AuditLogs.Entry(_logger, entry.Id, entry.Actor, entry.Action, entry.Outcome, entry.PaymentId, entry.QuarantineId, entry.DeliveryId, entry.Reason);
    }
}
