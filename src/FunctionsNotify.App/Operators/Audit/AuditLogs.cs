using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal static partial class AuditLogs
{
    public const string Category = "FunctionsNotify.Audit";

    [LoggerMessage(700, LogLevel.Information, "Audit {AuditId}: {Actor} {Action}, {Outcome}; payment {PaymentId}, quarantine record {QuarantineId}, delivery {DeliveryId}; {Reason}")]
    public static partial void Entry(
        ILogger logger, string auditId, string? actor, string action, string outcome, string? paymentId, string? quarantineId, string? deliveryId, string? reason);

    [LoggerMessage(701, LogLevel.Error, "Audit {AuditId}: the change ended ({Outcome}), and its entry still says that it was begun")]
    public static partial void EndNotWritten(ILogger logger, Exception fault, string auditId, string outcome);
}
