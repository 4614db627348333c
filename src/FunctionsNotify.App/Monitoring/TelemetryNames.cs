namespace FunctionsNotify.App;

/// <summary>
/// Every name that the telemetry uses: meter, source, instruments, attributes, spans. Queries and alerts are held to these
/// by a test; a name once released stays.
/// </summary>
internal static class TelemetryNames
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Source = "FunctionsNotify";

    /// <summary>The name of the client library's activity source.</summary>
    public const string ClientSource = "FunctionsNotify.Client";

    /// <summary>The instruments.</summary>
    public static class Instruments
    {
        /// <summary>Counter: messages by <see cref="Attributes.Verdict"/>.</summary>
        public const string Messages = "notify.messages";

        /// <summary>Counter: unconfirmed rules that an accepted message breaks, by <see cref="Attributes.Field"/>.</summary>
        public const string RuleWarnings = "notify.rule.warnings";

        /// <summary>Counter: attempts by <see cref="Attributes.Kind"/> and <see cref="Attributes.ResultCode"/>; postponements are none.</summary>
        public const string Attempts = "notify.attempts";

        /// <summary>Counter: what was odd about answers that counted, by <see cref="Attributes.Warning"/>.</summary>
        public const string AnswerWarnings = "notify.answer.warnings";

        /// <summary>Histogram, seconds: how long attempts took, by <see cref="Attributes.Kind"/>.</summary>
        public const string AttemptDuration = "notify.attempt.duration";

        /// <summary>Histogram, seconds: from an attempt's due time to its start, by <see cref="Attributes.Retry"/>; early counts as 0.</summary>
        public const string AttemptLateness = "notify.attempt.lateness";

        /// <summary>Counter: attempts that were put off with nothing tried, by <see cref="Attributes.Reason"/>.</summary>
        public const string Postponements = "notify.postponements";

        /// <summary>Counter: outcomes by <see cref="Attributes.State"/> and <see cref="Attributes.Cause"/>.</summary>
        public const string Outcomes = "notify.outcomes";

        /// <summary>Histogram, seconds: from the message's insertion on the queue to the acknowledgement, by <see cref="Attributes.Attempt"/>.</summary>
        public const string AcknowledgementTime = "notify.acknowledgement.time";

        /// <summary>Counter: attempts whose index row or end could not be recorded with them.</summary>
        public const string ProgressFailures = "notify.progress.failures";

        /// <summary>Gauge: deliveries that are open, as the index knows.</summary>
        public const string OpenDeliveries = "notify.deliveries.open";

        /// <summary>Gauge, seconds: how long the most overdue delivery is overdue; 0 when none is.</summary>
        public const string OverdueAge = "notify.deliveries.overdue.age";

        /// <summary>How long ago the oldest open delivery of the index was accepted, in seconds; 0 when there is none.</summary>
        public const string UnacknowledgedAge = "notify.deliveries.unacknowledged.age";

        /// <summary>Gauge: the breaker of this instance: 0 closed, 1 half-open, 2 open.</summary>
        public const string Breaker = "notify.breaker.state";

        /// <summary>Gauge: messages by <see cref="Attributes.Queue"/>, as the service estimates them.</summary>
        public const string QueueDepth = "notify.queue.depth";

        /// <summary>Gauge, seconds: age of the oldest visible message by <see cref="Attributes.Queue"/>; 0 when there is none.</summary>
        public const string QueueOldestAge = "notify.queue.oldest_age";

        /// <summary>Gauge: quarantine records that wait for an operator, by <see cref="Attributes.State"/>.</summary>
        public const string QuarantineWaiting = "notify.quarantine.waiting";

        /// <summary>Gauge, days: until our signing key ends; only where that is known.</summary>
        public const string KeyExpiresIn = "notify.key.expires_in";

        /// <summary>Counter: runs of the timer functions by <see cref="Attributes.Run"/> and <see cref="Attributes.Result"/>.</summary>
        public const string MaintenanceRuns = "notify.maintenance.runs";

        /// <summary>Counter: what sweeper and search did, by <see cref="Attributes.Action"/>.</summary>
        public const string SweepActions = "notify.sweep.actions";

        /// <summary>Counter: what the purge removed, by <see cref="Attributes.Kind"/>.</summary>
        public const string PurgedItems = "notify.purge.removed";

        /// <summary>Counter: what could not be swept or purged, by <see cref="Attributes.Run"/>.</summary>
        public const string UpkeepFaults = "notify.upkeep.faults";
    }

    /// <summary>The attributes of instruments; each has a closed set of values.</summary>
    public static class Attributes
    {
        /// <summary><c>accepted</c>, <c>duplicate</c>, <c>conflict</c>, <c>invalid</c> or <c>broken</c>.</summary>
        public const string Verdict = "verdict";

        /// <summary>The field of an unconfirmed rule, or <c>OTHER</c>.</summary>
        public const string Field = "field";

        /// <summary>An attempt's kind; of a purge, <c>history</c>, <c>claim</c> or <c>record</c>.</summary>
        public const string Kind = "kind";

        /// <summary>A result code of the catalogue, <c>OTHER</c> or <c>NONE</c>.</summary>
        public const string ResultCode = "result_code";

        /// <summary><c>ResultCode</c>, <c>ResponseTime</c> or <c>KeyVersion</c>.</summary>
        public const string Warning = "warning";

        /// <summary><c>true</c> for a retry, <c>false</c> for a first send.</summary>
        public const string Retry = "retry";

        /// <summary>Why an attempt was postponed.</summary>
        public const string Reason = "reason";

        /// <summary>A final state, of a delivery or of a message.</summary>
        public const string State = "state";

        /// <summary>Why a delivery ended, or <c>Message</c>.</summary>
        public const string Cause = "cause";

        /// <summary><c>first</c> or <c>retry</c>.</summary>
        public const string Attempt = "attempt";

        /// <summary><c>notifications</c>, <c>outcomes</c> or <c>poison</c>.</summary>
        public const string Queue = "queue";

        /// <summary><c>drain-poison</c>, <c>sweep</c>, <c>find-stuck</c>, <c>purge</c> or <c>observe</c>.</summary>
        public const string Run = "run";

        /// <summary><c>complete</c>, <c>partial</c> or <c>failed</c>.</summary>
        public const string Result = "result";

        /// <summary>What the sweeper did.</summary>
        public const string Action = "action";
    }

    /// <summary>The spans.</summary>
    public static class Spans
    {
        /// <summary>Putting a message on the queue, in the payment backend.</summary>
        public const string Enqueue = "notify.enqueue";

        /// <summary>Taking a message in.</summary>
        public const string Intake = "notify.intake";

        /// <summary>One attempt.</summary>
        public const string Attempt = "notifyPushPayment";

        /// <summary>Publishing an outcome.</summary>
        public const string Outcome = "notify.outcome";
    }

    /// <summary>The attributes of spans.</summary>
    public static class SpanAttributes
    {
        /// <summary>The payment.</summary>
        public const string PaymentId = "notify.payment_id";

        /// <summary>The delivery.</summary>
        public const string DeliveryId = "notify.delivery_id";

        /// <summary>The attempt's number, from 1.</summary>
        public const string Attempt = "notify.attempt";

        /// <summary>What the attempt came to.</summary>
        public const string AttemptKind = "notify.attempt.kind";

        /// <summary>The answer's result code.</summary>
        public const string ResultCode = "notify.result_code";

        /// <summary>The final state, or the verdict on a message.</summary>
        public const string State = "notify.state";

        /// <summary>Seconds from an attempt's due time to its start; Azure Monitor keeps no percentiles of histograms.</summary>
        public const string Lateness = "notify.lateness_s";

        /// <summary>Of an acknowledged attempt: seconds from the message's insertion on the queue to its end.</summary>
        public const string Acknowledgement = "notify.acknowledgement_s";
    }

    /// <summary>The values of <see cref="Attributes.Verdict"/>.</summary>
    public static class Verdicts
    {
        /// <summary>Became a delivery.</summary>
        public const string Accepted = "accepted";

        /// <summary>A known content for a payment that has a delivery.</summary>
        public const string Duplicate = "duplicate";

        /// <summary>Another content for a payment that has a delivery.</summary>
        public const string Conflict = "conflict";

        /// <summary>Breaks a rule.</summary>
        public const string Invalid = "invalid";

        /// <summary>Its payment's delivery had failed under its open claim.</summary>
        public const string Broken = "broken";
    }

    /// <summary>The values of <see cref="Attributes.Queue"/>.</summary>
    public static class Queues
    {
        /// <summary>Where payment backends put notifications.</summary>
        public const string Notifications = "notifications";

        /// <summary>Where they find outcomes.</summary>
        public const string Outcomes = "outcomes";

        /// <summary>Where the host puts what it gave up on.</summary>
        public const string Poison = "poison";
    }

    /// <summary>The values of <see cref="Attributes.Attempt"/>.</summary>
    public static class AttemptPlaces
    {
        /// <summary>The first send.</summary>
        public const string First = "first";

        /// <summary>A retry.</summary>
        public const string Retry = "retry";
    }

    /// <summary>The values of <see cref="Attributes.Run"/>.</summary>
    public static class Runs
    {
        /// <summary>Taking in again what is in the poison queue.</summary>
        public const string DrainPoison = "drain-poison";

        /// <summary>The sweeper.</summary>
        public const string Sweep = "sweep";

        /// <summary>The search for stuck deliveries.</summary>
        public const string FindStuck = "find-stuck";

        /// <summary>The purge.</summary>
        public const string Purge = "purge";

        /// <summary>The look at queues, quarantine, open deliveries and the key's end.</summary>
        public const string Observe = "observe";
    }

    /// <summary>The values of <see cref="Attributes.Result"/>.</summary>
    public static class Results
    {
        /// <summary>Everything was done.</summary>
        public const string Complete = "complete";

        /// <summary>Something was left for the next run.</summary>
        public const string Partial = "partial";

        /// <summary>The run ended in a fault.</summary>
        public const string Failed = "failed";
    }

    /// <summary>What stands for a value outside a closed set, and for none.</summary>
    public static class Others
    {
        /// <summary>A value that is not of the set.</summary>
        public const string Other = "OTHER";

        /// <summary>No value.</summary>
        public const string None = "NONE";

        /// <summary><see cref="Attributes.Cause"/> of an outcome that concerns a message and no delivery.</summary>
        public const string Message = "Message";
    }
}
