namespace FunctionsNotify.App;

// Every name that the telemetry uses: meter, source, instruments, attributes, spans. Queries and alerts are held to
// these by a test; a name once released stays.
internal static class TelemetryNames
{
    public const string Source = "FunctionsNotify";

    public const string ClientSource = "FunctionsNotify.Client";

    public static class Instruments
    {
        public const string Messages = "notify.messages";

        public const string RuleWarnings = "notify.rule.warnings";

        public const string Attempts = "notify.attempts";

        public const string AttemptDuration = "notify.attempt.duration";

        public const string AttemptLateness = "notify.attempt.lateness";

        public const string Postponements = "notify.postponements";

        public const string Outcomes = "notify.outcomes";

        public const string AcknowledgementTime = "notify.acknowledgement.time";

        public const string ProgressFailures = "notify.progress.failures";

        public const string OpenDeliveries = "notify.deliveries.open";

        public const string OverdueAge = "notify.deliveries.overdue.age";

        public const string Breaker = "notify.breaker.state";

        public const string QueueDepth = "notify.queue.depth";

        public const string QueueOldestAge = "notify.queue.oldest_age";

        public const string QuarantineWaiting = "notify.quarantine.waiting";

        public const string KeyExpiresIn = "notify.key.expires_in";

        public const string MaintenanceRuns = "notify.maintenance.runs";

        public const string SweepActions = "notify.sweep.actions";

        public const string PurgedItems = "notify.purge.removed";

        public const string UpkeepFaults = "notify.upkeep.faults";
    }

    public static class Attributes
    {
        public const string Verdict = "verdict";

        public const string Field = "field";

        public const string Kind = "kind";

        public const string ResultCode = "result_code";

        public const string Retry = "retry";

        public const string Reason = "reason";

        public const string State = "state";

        public const string Cause = "cause";

        public const string Attempt = "attempt";

        public const string Queue = "queue";

        public const string Run = "run";

        public const string Result = "result";

        public const string Action = "action";
    }

    public static class Spans
    {
        public const string Enqueue = "notify.enqueue";

        public const string Intake = "notify.intake";

        public const string Attempt = "notifyPushPayment";

        public const string Outcome = "notify.outcome";
    }

    public static class SpanAttributes
    {
        public const string PaymentId = "notify.payment_id";

        public const string DeliveryId = "notify.delivery_id";

        public const string Attempt = "notify.attempt";

        public const string AttemptKind = "notify.attempt.kind";

        public const string ResultCode = "notify.result_code";

        public const string State = "notify.state";

        public const string Lateness = "notify.lateness_s";

        public const string Acknowledgement = "notify.acknowledgement_s";
    }

    public static class Verdicts
    {
        public const string Accepted = "accepted";

        public const string Duplicate = "duplicate";

        public const string Conflict = "conflict";

        public const string Invalid = "invalid";

        public const string Broken = "broken";
    }

    public static class Queues
    {
        public const string Notifications = "notifications";

        public const string Outcomes = "outcomes";

        public const string Poison = "poison";
    }

    public static class AttemptPlaces
    {
        public const string First = "first";

        public const string Retry = "retry";
    }

    public static class Runs
    {
        public const string DrainPoison = "drain-poison";

        public const string Sweep = "sweep";

        public const string FindStuck = "find-stuck";

        public const string Purge = "purge";

        public const string Observe = "observe";
    }

    public static class Results
    {
        public const string Complete = "complete";

        public const string Partial = "partial";

        public const string Failed = "failed";
    }

    public static class Others
    {
        public const string Other = "OTHER";

        public const string None = "NONE";

        public const string Message = "Message";
    }
}
