using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.App;

// Starts the spans. One trace per payment: what follows from a message has its parent in the message's trace, and is
// linked to the invocation that it runs in.
internal static class Tracing
{
    private static readonly ActivitySource _source = new(TelemetryNames.Source);

    // The parent is the producer's span; without one a trace of its own, because an invocation may handle many payments.
    public static TraceSpan StartIntake(IntakeReading reading)
    {
        if (!_source.HasListeners())
        {
            return TraceSpan.None;
        }

        ActivityContext.TryParse(reading.Decoded.TraceParent, reading.Decoded.TraceState, isRemote: true, out var producer);
        return StartRemote(TelemetryNames.Spans.Intake, ActivityKind.Consumer, producer)
            .Set(TelemetryNames.SpanAttributes.PaymentId, reading.Notification?.PaymentId);
    }

    public static TraceSpan StartAttempt(Delivery delivery, double lateness) =>
        StartOfDelivery(TelemetryNames.Spans.Attempt, ActivityKind.Client, delivery.TraceParent, delivery.TraceState, delivery.DeliveryId)
            .Set(TelemetryNames.SpanAttributes.PaymentId, delivery.PaymentId)
            .Set(TelemetryNames.SpanAttributes.DeliveryId, delivery.DeliveryId)
            .Set(TelemetryNames.SpanAttributes.Attempt, delivery.NextAttempt)
            .Set(TelemetryNames.SpanAttributes.Lateness, lateness);

    // A message's outcome is published while it is taken in, a delivery's long after.
    public static TraceSpan StartOutcome(Outcome outcome) => (outcome switch
    {
        DeliveryOutcome delivery => StartOfDelivery(TelemetryNames.Spans.Outcome, ActivityKind.Producer, outcome.TraceParent, outcome.TraceState, delivery.DeliveryId)
            .Set(TelemetryNames.SpanAttributes.DeliveryId, delivery.DeliveryId)
            .Set(TelemetryNames.SpanAttributes.State, delivery.State.ToString()),
        MessageOutcome message => StartChild(TelemetryNames.Spans.Outcome, ActivityKind.Producer)
            .Set(TelemetryNames.SpanAttributes.State, message.State.ToString()),
        _ => TraceSpan.None,
    }).Set(TelemetryNames.SpanAttributes.PaymentId, outcome.PaymentId);

    private static TraceSpan StartChild(string name, ActivityKind kind)
    {
        var current = Activity.Current;
        return new TraceSpan(_source.StartActivity(name, kind), current);
    }

    private static TraceSpan StartOfDelivery(string name, ActivityKind kind, string? traceParent, string? traceState, string deliveryId) =>
        _source.HasListeners() ? StartRemote(name, kind, ParentOf(traceParent, traceState, deliveryId)) : TraceSpan.None;

    private static TraceSpan StartRemote(string name, ActivityKind kind, ActivityContext parent)
    {
        var invocation = Activity.Current;

        // A parent that is not given would be the current activity.
        Activity.Current = null;
        var links = invocation is { IdFormat: ActivityIdFormat.W3C } ? new[] { new ActivityLink(invocation.Context) } : null;
        var activity = _source.StartActivity(kind, parent, tags: null, links, startTime: default, name);
        if (activity is null)
        {
            Activity.Current = invocation;
        }

        return new TraceSpan(activity, invocation);
    }

    // Where a delivery has no context, as after a repair or when nothing recorded traces at its intake, one is derived from
    // its id, so that its attempts and its outcome are in one trace.
    private static ActivityContext ParentOf(string? traceParent, string? traceState, string deliveryId)
    {
        if (ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent))
        {
            return parent;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(deliveryId)).AsSpan();
        // An id of zeros only would be none.
        BinaryPrimitives.WriteUInt16BigEndian(hash, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(hash) | 1));
        BinaryPrimitives.WriteUInt16BigEndian(hash[16..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(hash[16..]) | 1));
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..16]), ActivitySpanId.CreateFromBytes(hash[16..24]), ActivityTraceFlags.Recorded, traceState: null, isRemote: true);
    }
}

// A span, or nothing when nobody listens. Its end gives the invocation its place back.
internal sealed class TraceSpan(Activity? activity, Activity? before) : IDisposable
{
    public static readonly TraceSpan None = new(null, null);

    public string? TraceParent => activity is { IdFormat: ActivityIdFormat.W3C } ? activity.Id : null;

    public string? TraceState => activity?.TraceStateString;

    public TraceSpan Set(string attribute, object? value)
    {
        activity?.SetTag(attribute, value);
        return this;
    }

    public void Succeed() => activity?.SetStatus(ActivityStatusCode.Unset);

    public void Fail(string why) => activity?.SetStatus(ActivityStatusCode.Error, why);

    public void Dispose()
    {
        if (activity is not null)
        {
            activity.Dispose();
            Activity.Current = before;
        }
    }
}
