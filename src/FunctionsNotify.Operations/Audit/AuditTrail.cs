using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Operations;

/// <summary>
/// Keeps an entry for every change, before the change takes effect: no change is ever without one. An entry that still
/// says <see cref="AuditEntry.Begun"/> is of a change that was cut off and may have taken effect. <c>[decided]</c>
/// </summary>
public sealed class AuditTrail
{
    private static readonly TimeSpan _endWithin = TimeSpan.FromSeconds(10);

    private readonly IAuditLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes the trail over a host's port.</summary>
    /// <param name="log">Keeps the entries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Makes the log.</param>
    public AuditTrail(IAuditLog log, TimeProvider time, ILoggerFactory logs)
    {
        _log = log;
        _time = time;
        _logger = logs.CreateLogger(AuditLogs.Category);
    }

    /// <summary>A new entry, begun now and not written yet.</summary>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="by">Who and why.</param>
    /// <param name="paymentId">The payment.</param>
    /// <param name="quarantineId">The quarantine record.</param>
    /// <param name="deliveryId">The delivery.</param>
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

    /// <summary>Writes an entry whose change has not taken effect: when it throws, the change must not be made.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="AuditUnavailableException">It could not be written.</exception>
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

    /// <summary>Writes a change's end. The change stands whatever becomes of it, and whoever asked for it may be gone: so it does not throw.</summary>
    /// <param name="entry">The entry that was begun.</param>
    /// <param name="outcome">What the change came to.</param>
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

    /// <summary>Logs an entry that a host has written together with its change.</summary>
    /// <param name="entry">The entry.</param>
    public void Tell(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        AuditLogs.Entry(_logger, entry.Id, entry.Actor, entry.Action, entry.Outcome, entry.PaymentId, entry.QuarantineId, entry.DeliveryId, entry.Reason);
    }
}
