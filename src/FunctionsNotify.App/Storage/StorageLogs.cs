using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Every log line of this room. A line that concerns a payment names it; none holds a body or a secret.
internal static partial class StorageLogs
{
    [LoggerMessage(300, LogLevel.Information, "Payment {PaymentId}: a duplicate was not counted, others wrote its claim {Tries} times in between")]
    public static partial void DuplicateNotCounted(ILogger logger, string paymentId, int tries);

    [LoggerMessage(301, LogLevel.Warning, "Payment {PaymentId}: no claim stands to merge {State} of delivery {DeliveryId} into")]
    public static partial void ClaimMissing(ILogger logger, string paymentId, string deliveryId, DeliveryState state);

    [LoggerMessage(302, LogLevel.Information, "Storage: {Resource} is there")]
    public static partial void Provisioned(ILogger logger, string resource);
}
