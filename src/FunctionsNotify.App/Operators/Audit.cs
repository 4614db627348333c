using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal sealed class AuditUnavailableException(Exception fault) : Exception("The audit log cannot be written; nothing was changed.", fault);

// Keeps an entry for every change, before the change takes effect: no change is ever without one. An entry that still
// says Begun is of a change that was cut off and may have taken effect.
internal sealed class AuditTrail(AuditLog log, TimeProvider time, ILoggerFactory logs)
{
    public const string Category = "FunctionsNotify.Audit";

    private static readonly TimeSpan _endWithin = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logs.CreateLogger(Category);

    public AuditEntry New(string action, OperatorStatement by, string? paymentId = null, string? quarantineId = null, string? deliveryId = null) => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        At = time.GetUtcNow(),
        Actor = by.Actor,
        Action = action,
        PaymentId = paymentId,
        QuarantineId = quarantineId,
        DeliveryId = deliveryId,
        Reason = by.Reason,
        Outcome = AuditEntry.Begun,
    };

    public async Task<Answer> ChangeAsync(AuditEntry entry, Func<Task<Answer>> effect, CancellationToken cancellationToken)
    {
        await WriteAsync(entry, cancellationToken);
        var answer = await effect();
        await EndAsync(entry, answer.AuditOutcome);
        return answer;
    }

    // Puts a refusal on record; other answers have their entry, or need none.
    public async Task<Answer> RefuseAsync(AuditEntry entry, Answer answer, CancellationToken cancellationToken)
    {
        if (answer.IsRefusal)
        {
            await WriteAsync(entry with { Outcome = answer.AuditOutcome }, cancellationToken);
        }

        return answer;
    }

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await log.WriteAsync(entry, cancellationToken);
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
        try
        {
            using var limit = new CancellationTokenSource(_endWithin, time);
            var ended = entry with { Outcome = outcome };
            await log.WriteAsync(ended, limit.Token);
            Tell(ended);
        }
#pragma warning disable CA1031 // The change was made; its entry is there, though not its end.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.AuditEndNotWritten(_logger, fault, entry.Id, outcome);
        }
    }

    private void Tell(AuditEntry entry) =>
        Logs.Audited(_logger, entry.Id, entry.Actor, entry.Action, entry.Outcome, entry.PaymentId, entry.QuarantineId, entry.DeliveryId, entry.Reason);
}
