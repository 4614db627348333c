using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal static partial class RedeliveryLogs
{
    [LoggerMessage(421, LogLevel.Warning, "Payment {PaymentId}: delivery {DeliveryId} was started by {Kind}; by {Actor}: {Reason}")]
    public static partial void Redelivered(ILogger logger, string paymentId, string deliveryId, ClaimChangeKind kind, string? actor, string? reason);

    [LoggerMessage(422, LogLevel.Error, "Payment {PaymentId}: was not redelivered as one of many")]
    public static partial void NotRedelivered(ILogger logger, Exception fault, string paymentId);
}
