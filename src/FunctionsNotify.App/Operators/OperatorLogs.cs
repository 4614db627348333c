using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// What operators change is logged with who, what and why. No line holds a body or a secret.
internal static partial class OperatorLogs
{
    [LoggerMessage(600, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: {Actor} requeues it: {Reason}{Overrode}")]
    public static partial void RequeueBegun(ILogger logger, string quarantineId, string? paymentId, string? actor, string? reason, string overrode);

    [LoggerMessage(601, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: is on the queue {How} as message {MessageId}, by {Actor}: {Reason}")]
    public static partial void Requeued(ILogger logger, string quarantineId, string? paymentId, string how, string messageId, string? actor, string? reason);

    [LoggerMessage(602, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: {Actor} discarded it: {Reason}")]
    public static partial void Discarded(ILogger logger, string quarantineId, string? paymentId, string? actor, string? reason);

    [LoggerMessage(603, LogLevel.Warning, "Quarantine record {QuarantineId}, payment {PaymentId}: another operator ended the same requeue meanwhile; message {MessageId} is on the queue beside theirs and is a duplicate")]
    public static partial void RequeuedTwice(ILogger logger, string quarantineId, string? paymentId, string messageId);

    [LoggerMessage(604, LogLevel.Warning, "The list leaves a row of the index out: {Fault}")]
    public static partial void RowUnreadable(ILogger logger, string fault);
}
