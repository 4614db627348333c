using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Every log line of the app but the operators'. A line that concerns a payment names it; none holds a body or a secret. An
// alert is an Error that says what to do. Numbers: 1xx intake and maintenance, 3xx storage, 5xx attempts and their end.
internal static partial class Logs
{
    [LoggerMessage(100, LogLevel.Information, "Payment {PaymentId}: message {MessageId} started delivery {DeliveryId}")]
    public static partial void Started(ILogger logger, string paymentId, string messageId, string deliveryId);

    [LoggerMessage(101, LogLevel.Information, "Payment {PaymentId}: message {MessageId} is a duplicate, delivery {DeliveryId} is {State}")]
    public static partial void Duplicate(ILogger logger, string paymentId, string messageId, string deliveryId, DeliveryState state);

    [LoggerMessage(102, LogLevel.Error, "Payment {PaymentId}: message {MessageId} found delivery {DeliveryId} over without an end, its claim open; it needs an operator's repair")]
    public static partial void Broken(ILogger logger, string paymentId, string messageId, string deliveryId);

    [LoggerMessage(103, LogLevel.Error, "{State}: payment {PaymentId}, message {MessageId} is kept as {QuarantineId}: {Reasons}")]
    public static partial void Quarantined(ILogger logger, MessageState state, string? paymentId, string messageId, string quarantineId, string reasons);

    [LoggerMessage(104, LogLevel.Warning, "Payment {PaymentId}: message {MessageId} breaks an unconfirmed rule and is sent anyway: {Field}: {Rule} (found {Shape})")]
    public static partial void UnconfirmedRule(ILogger logger, string paymentId, string messageId, string field, string rule, string shape);

    [LoggerMessage(105, LogLevel.Error, "The circuit breaker towards Alipay+ opened for {Pause}: sends are postponed; the last came to {Kind}")]
    public static partial void BreakerOpened(ILogger logger, TimeSpan pause, AttemptKind? kind);

    [LoggerMessage(106, LogLevel.Warning, "The circuit breaker towards Alipay+ closed: sends go on")]
    public static partial void BreakerClosed(ILogger logger);

    [LoggerMessage(107, LogLevel.Warning, "Whether sending is paused could not be read: it {State} until it can")]
    public static partial void PauseUnread(ILogger logger, Exception exception, string state);

    [LoggerMessage(108, LogLevel.Warning, "The time of the last acknowledgement was not written; the next one's will be")]
    public static partial void AcknowledgementNotNoted(ILogger logger, Exception exception);

    [LoggerMessage(109, LogLevel.Information, "New payments are {What}: {Count} work items of at most {Max} before retries become late")]
    public static partial void Admission(ILogger logger, string what, int count, int max);

    [LoggerMessage(110, LogLevel.Warning, "The queue of work items cannot be counted ({ErrorType}); nothing is held back until it can")]
    public static partial void WorkItemsNotCounted(ILogger logger, string errorType);

    [LoggerMessage(111, LogLevel.Information, "The queue of work items can be counted again")]
    public static partial void WorkItemsCounted(ILogger logger);

    [LoggerMessage(120, LogLevel.Warning, "Poison queue: {TakenIn} messages taken in, {GivenUp} tried too often and quarantined, {Left} left for the next try")]
    public static partial void Drained(ILogger logger, int takenIn, int givenUp, int left);

    [LoggerMessage(121, LogLevel.Error, "Payment {PaymentId}: poison message {MessageId} could not be taken in, try {Try}; it stays: {ErrorType}")]
    public static partial void NotTaken(ILogger logger, string? paymentId, string messageId, long @try, string errorType);

    [LoggerMessage(122, LogLevel.Error, "Payment {PaymentId}: poison message {MessageId} was tried too often and could not be quarantined either; it stays: {ErrorType}")]
    public static partial void NotKept(ILogger logger, string? paymentId, string messageId, string errorType);

    [LoggerMessage(123, LogLevel.Warning, "Payment {PaymentId}: poison message {MessageId} is done with but was not deleted; it comes again and changes nothing: {ErrorType}")]
    public static partial void NotDeleted(ILogger logger, string? paymentId, string messageId, string errorType);

    private const string Repair = "repair it (POST /api/notifications/{paymentId}/repair), which starts it again with the same body";

    public static void Alert(ILogger logger, SweepAction action, string paymentId, string deliveryId, DeliveryInstance? instance)
    {
        var (state, advice) = action switch
        {
            SweepAction.AlertPending => ($"is pending since {Time(instance?.CreatedAt)}", "see that the function app runs and takes orchestrations"),
            SweepAction.AlertStuck => ($"has an attempt due since {Time(instance?.Report?.NextDueAt ?? instance?.CreatedAt)} that no worker makes", "see that the function app runs and takes activities"),
            SweepAction.AlertSuspended => ("is suspended and sends nothing", "resume the orchestration"),
            SweepAction.AlertBroken => ($"is broken: its orchestration is {instance?.Status.ToString() ?? "failed or terminated"} though it has not ended", Repair),
            SweepAction.AlertMissing => ("is open and the platform has no orchestration for it", Repair),
            _ => (null, null),
        };
        if (state is not null)
        {
            NeedsOperator(logger, action, paymentId, deliveryId, state, advice!);
        }
    }

    public static void Tell(ILogger logger, SweepReport report, Action<ILogger, LogLevel, int, string, int, bool> line)
    {
        var actions = string.Join(", ", report.Actions.Select(action => $"{action.Key} {action.Value.ToString(CultureInfo.InvariantCulture)}"));
        var quiet = report is { Actions.Count: 0, Faults: 0 };
        line(logger, quiet ? LogLevel.Debug : LogLevel.Warning, report.Seen, actions.Length == 0 ? "no action" : actions, report.Faults, report.IsComplete);
    }

    [LoggerMessage(EventId = 130, Message = "Sweeper: {Seen} overdue deliveries; {Actions}; {Faults} faults; complete: {IsComplete}")]
    public static partial void Swept(ILogger logger, LogLevel level, int seen, string actions, int faults, bool isComplete);

    [LoggerMessage(EventId = 131, Message = "Search for stuck deliveries: {Seen} instances; {Actions}; {Faults} faults; complete: {IsComplete}")]
    public static partial void Searched(ILogger logger, LogLevel level, int seen, string actions, int faults, bool isComplete);

    [LoggerMessage(132, LogLevel.Error, "{Alert}: payment {PaymentId}, delivery {DeliveryId} {State}: {Advice}")]
    public static partial void NeedsOperator(ILogger logger, SweepAction alert, string paymentId, string deliveryId, string state, string advice);

    [LoggerMessage(133, LogLevel.Warning, "Payment {PaymentId}: the sweeper helped delivery {DeliveryId}: {Action}")]
    public static partial void Took(ILogger logger, string paymentId, string deliveryId, SweepAction action);

    [LoggerMessage(134, LogLevel.Warning, "Payment {PaymentId}: delivery {DeliveryId} could not be swept; the next run tries again")]
    public static partial void NotSwept(ILogger logger, Exception exception, string paymentId, string deliveryId);

    [LoggerMessage(135, LogLevel.Error, "A row cannot be read and is passed over: {Fault}")]
    public static partial void RowUnreadable(ILogger logger, string fault);

    [LoggerMessage(EventId = 136, Message = "Purge: {Histories} histories, {Claims} claims and {Records} quarantine records removed, {Kept} finished instances kept for their claims, {Faults} faults; complete: {IsComplete}")]
    public static partial void Purged(ILogger logger, LogLevel level, int histories, int claims, int records, int kept, int faults, bool isComplete);

    [LoggerMessage(137, LogLevel.Warning, "{What} {Id} was not purged; a later run tries again")]
    public static partial void NotPurged(ILogger logger, Exception exception, string what, string id);

    [LoggerMessage(138, LogLevel.Warning, "The day {Partition} of the index could not be read, or not in time; the other days are, and a later run tries again")]
    public static partial void DayUnread(ILogger logger, Exception exception, string partition);

    [LoggerMessage(139, LogLevel.Error, "The search for stuck deliveries was cut off by a fault; a later run goes on")]
    public static partial void SearchCutOff(ILogger logger, Exception exception);

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) ?? "an unknown time";

    [LoggerMessage(140, LogLevel.Warning, "The {Part} could not be observed; its gauges fall silent unless a later look succeeds")]
    public static partial void NotObserved(ILogger logger, Exception exception, string part);

    [LoggerMessage(141, LogLevel.Error, "Maintenance: {Run} failed; a minute later it runs again")]
    public static partial void MaintenanceFailed(ILogger logger, Exception exception, string run);

    [LoggerMessage(300, LogLevel.Information, "Payment {PaymentId}: a duplicate was not counted, others wrote its claim {Tries} times in between")]
    public static partial void DuplicateNotCounted(ILogger logger, string paymentId, int tries);

    [LoggerMessage(301, LogLevel.Warning, "Payment {PaymentId}: no claim stands to merge {State} of delivery {DeliveryId} into")]
    public static partial void ClaimMissing(ILogger logger, string paymentId, string deliveryId, DeliveryState state);

    [LoggerMessage(302, LogLevel.Information, "Storage: {Resource} is there")]
    public static partial void Provisioned(ILogger logger, string resource);

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

    [LoggerMessage(503, LogLevel.Warning, "Payment {PaymentId}: what an attempt of delivery {DeliveryId} came to, sequence {Sequence}, was not recorded with it")]
    public static partial void ProgressNotRecorded(ILogger logger, Exception exception, string paymentId, string deliveryId, long sequence);

    [LoggerMessage(504, LogLevel.Warning, "Payment {PaymentId}: attempt {Attempt} of delivery {DeliveryId} was not made, an earlier run had recorded its end, {State}")]
    public static partial void NotSentAgain(ILogger logger, string paymentId, int attempt, string deliveryId, DeliveryState state);

    [LoggerMessage(506, LogLevel.Warning, "Payment {PaymentId}: a repair took the place of delivery {DeliveryId}; its end, {State}, is not told")]
    public static partial void Replaced(ILogger logger, string paymentId, string deliveryId, DeliveryState state);

    [LoggerMessage(505, LogLevel.Information, "Payment {PaymentId}: delivery {DeliveryId} ended {State} ({Cause}) after {Attempts} attempts")]
    public static partial void Ended(ILogger logger, string paymentId, string deliveryId, DeliveryState state, DeliveryCause? cause, int attempts);
}
