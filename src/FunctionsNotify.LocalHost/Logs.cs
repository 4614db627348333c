using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>Every log line of this room. None holds a body, a secret or a connection string.</summary>
internal static partial class Logs
{
    [LoggerMessage(300, LogLevel.Error, "The state cannot be written ({Waiting} changes wait, {More} more faults like this): {Fault}. Nothing that depends on it goes on until it can.")]
    public static partial void StateNotWritten(ILogger logger, int waiting, int more, string fault);

    [LoggerMessage(301, LogLevel.Information, "The state is written again.")]
    public static partial void StateWritten(ILogger logger);

    [LoggerMessage(302, LogLevel.Critical, "A {Change} cannot be written: {Fault}")]
    public static partial void ChangeRefused(ILogger logger, string change, string fault);

    [LoggerMessage(303, LogLevel.Critical, "Payment {PaymentId}: {State} could not be recorded, the next start goes on from the state before: {Fault}")]
    public static partial void NotRecorded(ILogger logger, string paymentId, DeliveryState state, string fault);

    [LoggerMessage(310, LogLevel.Information, "Resumed {Open} open deliveries and {Outcomes} outcomes to publish.")]
    public static partial void Resumed(ILogger logger, int open, int outcomes);

    [LoggerMessage(311, LogLevel.Information, "Payment {PaymentId}: {State} after {Attempts} attempts")]
    public static partial void Ended(ILogger logger, string paymentId, DeliveryState state, int attempts);

    [LoggerMessage(312, LogLevel.Warning, "Payment {PaymentId}: attempt {Attempt} came to {Kind} ({Answer}); the next is due at {DueAt:O}")]
    public static partial void WillRetry(ILogger logger, string paymentId, int attempt, AttemptKind kind, string? answer, DateTimeOffset dueAt);

    [LoggerMessage(313, LogLevel.Error, "Payment {PaymentId}: an attempt failed by a fault of ours")]
    public static partial void AttemptFault(ILogger logger, string paymentId, Exception exception);

    [LoggerMessage(314, LogLevel.Critical, "Payment {PaymentId}: an attempt's result could not be taken; the next start makes the attempt again")]
    public static partial void ResultNotTaken(ILogger logger, string paymentId, Exception exception);

    [LoggerMessage(320, LogLevel.Error, "Payment {PaymentId}: its outcome was not published, next try in {Pause} ({More} more faults like this): {Fault}")]
    public static partial void OutcomeNotPublished(ILogger logger, string paymentId, TimeSpan pause, int more, string fault);

    [LoggerMessage(321, LogLevel.Information, "Outcomes are published again.")]
    public static partial void OutcomesPublished(ILogger logger);

    [LoggerMessage(330, LogLevel.Error, "The queue {Queue} cannot be read ({More} more faults like this): {Fault}")]
    public static partial void QueueNotRead(ILogger logger, string queue, int more, string fault);

    [LoggerMessage(331, LogLevel.Information, "The queue {Queue} is read again.")]
    public static partial void QueueRead(ILogger logger, string queue);

    [LoggerMessage(332, LogLevel.Error, "Message {MessageId} could not be taken in, handed out {DequeueCount} times; it comes again ({More} more faults like this): {Fault}")]
    public static partial void MessageNotTaken(ILogger logger, string messageId, long dequeueCount, int more, string fault);

    [LoggerMessage(333, LogLevel.Error, "Message {MessageId} could not be taken in {DequeueCount} times and is moved to {PoisonQueue}")]
    public static partial void MessagePoisoned(ILogger logger, string messageId, long dequeueCount, string poisonQueue);

    [LoggerMessage(334, LogLevel.Warning, "Payment {PaymentId}: message {MessageId} was taken in but not deleted; it comes again and changes nothing: {Fault}")]
    public static partial void MessageNotDeleted(ILogger logger, string? paymentId, string messageId, string fault);

    [LoggerMessage(340, LogLevel.Error, "Storage does not answer, waiting for it ({More} more tries): {Fault}")]
    public static partial void StorageNotReady(ILogger logger, int more, string fault);
}
