using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Every log line of the function app. A line that concerns a payment names it; none holds a body or a secret.
internal static partial class Logs
{
    [LoggerMessage(EventId = 500, Message = "Payment {PaymentId}: attempt {Attempt} of delivery {DeliveryId} came to {Kind}; result {ResultStatus} {ResultCode}, HTTP {HttpStatus}, {Duration}, Trace-Id {TraceId}. {Detail}")]
    public static partial void Attempted(
        ILogger logger,
        LogLevel level,
        string paymentId,
        int attempt,
        string deliveryId,
        AttemptKind kind,
        string? resultStatus,
        string? resultCode,
        int? httpStatus,
        TimeSpan duration,
        string? traceId,
        string? detail);

    [LoggerMessage(501, LogLevel.Error, "Payment {PaymentId}: attempt {Attempt} of delivery {DeliveryId} failed on a fault of ours")]
    public static partial void AttemptFaulted(ILogger logger, Exception exception, string paymentId, int attempt, string deliveryId);

    [LoggerMessage(502, LogLevel.Error, "Payment {PaymentId}: the activity of attempt {Attempt} failed with {ErrorType}; the attempt counts as one without a result")]
    public static partial void SendActivityFailed(ILogger logger, string paymentId, int attempt, string errorType);

    [LoggerMessage(503, LogLevel.Warning, "Payment {PaymentId}: the index row of delivery {DeliveryId}, sequence {Sequence}, was not written")]
    public static partial void ProgressNotRecorded(ILogger logger, Exception exception, string paymentId, string deliveryId, long sequence);

    [LoggerMessage(504, LogLevel.Warning, "Payment {PaymentId}: the activity that writes the index row failed with {ErrorType}")]
    public static partial void ProgressActivityFailed(ILogger logger, string paymentId, string errorType);

    [LoggerMessage(505, LogLevel.Information, "Payment {PaymentId}: delivery {DeliveryId} ended {State} ({Cause}) after {Attempts} attempts")]
    public static partial void Ended(ILogger logger, string paymentId, string deliveryId, DeliveryState state, DeliveryCause? cause, int attempts);
}
