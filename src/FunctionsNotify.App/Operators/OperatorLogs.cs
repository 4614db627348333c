using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// What operators change is logged with who, what and why.
internal static partial class Logs
{
    [LoggerMessage(420, LogLevel.Warning, "Payment {PaymentId}: delivery {DeliveryId} was started by {Kind}; by {Actor}: {Reason}")]
    public static partial void Redelivered(ILogger logger, string paymentId, string deliveryId, ClaimChangeKind kind, string? actor, string? reason);

    [LoggerMessage(421, LogLevel.Warning, "Payment {PaymentId}: delivery {DeliveryId} was replaced; its row or its instance is still there and changes nothing more")]
    public static partial void NotTidied(ILogger logger, Exception fault, string paymentId, string deliveryId);

    [LoggerMessage(422, LogLevel.Error, "Payment {PaymentId}, quarantine record {QuarantineId}: was not changed as one of many")]
    public static partial void NotChanged(ILogger logger, Exception fault, string? paymentId, string? quarantineId);

    [LoggerMessage(600, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: {Actor} requeues it: {Reason}{Overrode}")]
    public static partial void RequeueBegun(ILogger logger, string quarantineId, string? paymentId, string? actor, string? reason, string overrode);

    [LoggerMessage(601, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: is on the queue {How} as message {MessageId}, by {Actor}: {Reason}")]
    public static partial void Requeued(ILogger logger, string quarantineId, string? paymentId, string how, string messageId, string? actor, string? reason);

    [LoggerMessage(602, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: {Actor} discarded it: {Reason}")]
    public static partial void Discarded(ILogger logger, string quarantineId, string? paymentId, string? actor, string? reason);

    [LoggerMessage(603, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: another operator ended the same requeue meanwhile; message {MessageId} is on the queue beside theirs and is a duplicate")]
    public static partial void RequeuedTwice(ILogger logger, string quarantineId, string? paymentId, string messageId);

    [LoggerMessage(605, LogLevel.Warning, "The summary leaves {Part} out")]
    public static partial void PartUnread(ILogger logger, Exception fault, string part);

    [LoggerMessage(606, LogLevel.Error, "Operations__Authentication {Fault}. The operators' API answers 503 to everybody; payments are delivered")]
    public static partial void OperatorsShutOut(ILogger logger, string fault);

    [LoggerMessage(607, LogLevel.Error, "HTTP function {Function} failed")]
    public static partial void OperatorCallFailed(ILogger logger, Exception fault, string function);

    [LoggerMessage(700, LogLevel.Information, "Audit {AuditId}: {Actor} {Action}, {Outcome}; payment {PaymentId}, quarantine record {QuarantineId}, delivery {DeliveryId}; {Reason}")]
    public static partial void Audited(
        ILogger logger, string auditId, string? actor, string action, string outcome, string? paymentId, string? quarantineId, string? deliveryId, string? reason);

    [LoggerMessage(701, LogLevel.Error, "Audit {AuditId}: the change ended ({Outcome}), and its entry still says that it was begun")]
    public static partial void AuditEndNotWritten(ILogger logger, Exception fault, string auditId, string outcome);
}
