using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

// Counts and times attempts, and traces each. Recorded where an attempt is made, never where it is decided: an
// orchestrator replays and would count again. An attempt that a crash makes run twice counts twice.
internal sealed class AttemptTelemetry
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _postponements;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lateness;
    private readonly Histogram<double> _acknowledgement;

    public AttemptTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(TelemetryNames.Source);
        _attempts = meter.CreateCounter<long>(TelemetryNames.Instruments.Attempts, "{attempt}", "Attempts that were made");
        _postponements = meter.CreateCounter<long>(TelemetryNames.Instruments.Postponements, "{postponement}", "Attempts that were put off with nothing tried");
        _duration = Seconds(TelemetryNames.Instruments.AttemptDuration, "How long attempts took");
        _lateness = Seconds(TelemetryNames.Instruments.AttemptLateness, "From an attempt's due time to its start");
        _acknowledgement = Seconds(TelemetryNames.Instruments.AcknowledgementTime, "From the message's insertion on the queue to the acknowledgement");

        Histogram<double> Seconds(string name, string description) =>
            meter.CreateHistogram(name, "s", description, tags: null, Buckets.Seconds);
    }

    public AttemptInProgress Begin(AttemptSubject subject, DateTimeOffset startedAt)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var lateness = Math.Max(0, (startedAt - subject.DueAt).TotalSeconds);
        _lateness.Record(lateness, Tags.Of(TelemetryNames.Attributes.Retry, subject.IsRetry ? "true" : "false"));
        var span = TraceSource.StartOfDelivery(
                TelemetryNames.Spans.Attempt, ActivityKind.Client, subject.TraceParent, subject.TraceState, subject.DeliveryId)
            .Set(TelemetryNames.SpanAttributes.PaymentId, subject.PaymentId)
            .Set(TelemetryNames.SpanAttributes.DeliveryId, subject.DeliveryId)
            .Set(TelemetryNames.SpanAttributes.Attempt, subject.Number)
            .Set(TelemetryNames.SpanAttributes.Lateness, lateness);
        return new AttemptInProgress(this, subject, span);
    }

    internal void Count(AttemptResult result)
    {
        if (result.Kind == AttemptKind.Postponed)
        {
            _postponements.Add(1, Tags.Of(TelemetryNames.Attributes.Reason, result.PostponeReason?.ToString() ?? TelemetryNames.Others.None));
            return;
        }

        var kind = Tags.Of(TelemetryNames.Attributes.Kind, result.Kind.ToString());
        _attempts.Add(1, kind, Tags.Of(TelemetryNames.Attributes.ResultCode, ResultCodeCatalogue.MetricLabel(result.ResultCode)));
        _duration.Record(result.Duration.TotalSeconds, kind);
    }

    internal void Acknowledged(AttemptSubject subject, double seconds) => _acknowledgement.Record(
        seconds,
        Tags.Of(TelemetryNames.Attributes.Attempt, subject.IsRetry ? TelemetryNames.AttemptPlaces.Retry : TelemetryNames.AttemptPlaces.First));
}
