using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record SummaryReport(
    DateTimeOffset At,
    DeliverySummary Deliveries,
    bool IsPartial,
    IReadOnlyList<QueueSummary> Queues,
    QuarantineSummary Quarantine,
    BreakerState Breaker,
    double LatenessSeconds);

// The deliveries: open ones whenever they were accepted, ended ones of the last 24 hours.
internal sealed record DeliverySummary(
    int Open,
    int Overdue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? OldestDueAt,
    int DeliveredLate,
    int Rejected,
    int Exhausted,
    int Cancelled);

internal sealed record QueueSummary(
    string Queue,
    int Depth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? OldestAgeSeconds);

internal sealed record QuarantineSummary(int Invalid, int Conflict, bool IsPartial);
