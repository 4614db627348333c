using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal static partial class PoisonLogs
{
    [LoggerMessage(120, LogLevel.Warning, "Poison queue: {TakenIn} messages taken in, {GivenUp} tried too often and quarantined, {Left} left for the next try")]
    public static partial void Drained(ILogger logger, int takenIn, int givenUp, int left);

    [LoggerMessage(121, LogLevel.Error, "Payment {PaymentId}: poison message {MessageId} could not be taken in, try {Try}; it stays: {ErrorType}")]
    public static partial void NotTaken(ILogger logger, string? paymentId, string messageId, long @try, string errorType);

    [LoggerMessage(122, LogLevel.Error, "Payment {PaymentId}: poison message {MessageId} was tried too often and could not be quarantined either; it stays: {ErrorType}")]
    public static partial void NotKept(ILogger logger, string? paymentId, string messageId, string errorType);

    [LoggerMessage(123, LogLevel.Warning, "Payment {PaymentId}: poison message {MessageId} is done with but was not deleted; it comes again and changes nothing: {ErrorType}")]
    public static partial void NotDeleted(ILogger logger, string? paymentId, string messageId, string errorType);
}
