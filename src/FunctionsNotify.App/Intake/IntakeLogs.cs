using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Every log line of this room. A line that concerns a payment names it; none holds a body or a secret.
internal static partial class IntakeLogs
{
    [LoggerMessage(100, LogLevel.Information, "Payment {PaymentId}: message {MessageId} started delivery {DeliveryId}")]
    public static partial void Started(ILogger logger, string paymentId, string messageId, string deliveryId);

    [LoggerMessage(101, LogLevel.Information, "Payment {PaymentId}: message {MessageId} is a duplicate, delivery {DeliveryId} is {State}")]
    public static partial void Duplicate(ILogger logger, string paymentId, string messageId, string deliveryId, DeliveryState state);

    [LoggerMessage(102, LogLevel.Error, "Payment {PaymentId}: message {MessageId} found delivery {DeliveryId} failed under its open claim; it needs an operator's repair")]
    public static partial void Broken(ILogger logger, string paymentId, string messageId, string deliveryId);

    [LoggerMessage(103, LogLevel.Error, "{State}: payment {PaymentId}, message {MessageId} is kept as {QuarantineId}: {Reasons}")]
    public static partial void Quarantined(ILogger logger, MessageState state, string? paymentId, string messageId, string quarantineId, string reasons);

    [LoggerMessage(104, LogLevel.Warning, "Payment {PaymentId}: message {MessageId} breaks an unconfirmed rule and is sent all the same: {Field}: {Rule} (found {Shape})")]
    public static partial void UnconfirmedRule(ILogger logger, string paymentId, string messageId, string field, string rule, string shape);

    [LoggerMessage(105, LogLevel.Error, "The circuit breaker towards Alipay+ opened for {Pause}: sends are postponed; last: payment {PaymentId}, {Kind}")]
    public static partial void BreakerOpened(ILogger logger, TimeSpan pause, string paymentId, AttemptKind? kind);

    [LoggerMessage(106, LogLevel.Warning, "The circuit breaker towards Alipay+ closed: sends go on; first: payment {PaymentId}")]
    public static partial void BreakerClosed(ILogger logger, string paymentId);
}
