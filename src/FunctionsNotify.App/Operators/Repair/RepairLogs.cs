using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal static partial class RepairLogs
{
    [LoggerMessage(420, LogLevel.Warning, "Payment {PaymentId}: repaired, delivery {DeliveryId} was started; by {Actor}: {Reason}")]
    public static partial void Repaired(ILogger logger, string paymentId, string deliveryId, string? actor, string? reason);
}
