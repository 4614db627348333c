using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// The log lines of sweeper and purge. An alert is an Error that says what to do.
internal static partial class UpkeepLogs
{
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
        var quiet = report is { Actions.Count: 0, Faults: 0, IsComplete: true };
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

    [LoggerMessage(135, LogLevel.Error, "A row of the index cannot be read and is passed over: {Fault}")]
    public static partial void RowUnreadable(ILogger logger, string fault);

    [LoggerMessage(EventId = 136, Message = "Purge: {Histories} histories and {Claims} claims removed, {Kept} finished instances kept for their claims, {Faults} faults; complete: {IsComplete}")]
    public static partial void Purged(ILogger logger, LogLevel level, int histories, int claims, int kept, int faults, bool isComplete);

    [LoggerMessage(137, LogLevel.Warning, "{What} {Id} was not purged; a later run tries again")]
    public static partial void NotPurged(ILogger logger, Exception exception, string what, string id);

    [LoggerMessage(138, LogLevel.Warning, "The purge of claims starts at the beginning again: the place where it was to go on could not be read")]
    public static partial void BookmarkLost(ILogger logger, Exception exception);

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) ?? "an unknown time";
}
