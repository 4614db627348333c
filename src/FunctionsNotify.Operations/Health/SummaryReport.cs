using System.Text.Json.Serialization;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>Counts, backlog and lateness.</summary>
/// <param name="At">When the counts were made, UTC.</param>
/// <param name="Deliveries">The deliveries.</param>
/// <param name="IsPartial">True when the index held more rows than one call counts.</param>
/// <param name="Queues">The queues.</param>
/// <param name="Quarantine">The records that wait for an operator.</param>
/// <param name="Breaker">Where this instance's breaker towards Alipay+ stands.</param>
/// <param name="LatenessSeconds">How long ago the most overdue attempt was due.</param>
public sealed record SummaryReport(
    DateTimeOffset At,
    DeliverySummary Deliveries,
    bool IsPartial,
    IReadOnlyList<QueueSummary> Queues,
    QuarantineSummary Quarantine,
    BreakerState Breaker,
    double LatenessSeconds);

/// <summary>The deliveries: open ones whenever they were accepted, ended ones of the last 24 hours.</summary>
/// <param name="Open">Open.</param>
/// <param name="Overdue">Of them, those that are due for longer than 5 minutes.</param>
/// <param name="OldestDueAt">The earliest due time of an open one, UTC.</param>
/// <param name="DeliveredLate">Delivered, not at the first attempt.</param>
/// <param name="Rejected">Rejected.</param>
/// <param name="Exhausted">Exhausted.</param>
/// <param name="Cancelled">Cancelled.</param>
public sealed record DeliverySummary(
    int Open,
    int Overdue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? OldestDueAt,
    int DeliveredLate,
    int Rejected,
    int Exhausted,
    int Cancelled);

/// <summary>A queue.</summary>
/// <param name="Queue">Its role.</param>
/// <param name="Depth">How many messages it holds, as the service estimates.</param>
/// <param name="OldestAgeSeconds">The age of the oldest message that can be seen.</param>
public sealed record QueueSummary(
    string Queue,
    int Depth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? OldestAgeSeconds);

/// <summary>The quarantine's records that wait.</summary>
/// <param name="Invalid">Invalid messages.</param>
/// <param name="Conflict">Conflicts.</param>
/// <param name="IsPartial">True when there are more records than one call counts.</param>
public sealed record QuarantineSummary(int Invalid, int Conflict, bool IsPartial);
