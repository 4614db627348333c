using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.App;

// Starts the spans. One trace per payment: what follows from a message has its parent in the message's trace.
internal static class TraceSource
{
    private static readonly ActivitySource _source = new(TelemetryNames.Source);

    // Starts a message's span: its parent is the producer's, and it is linked to the invocation that it runs in.
    // Without a producer it starts a trace of its own, because an invocation may handle many payments.
    public static TraceSpan StartOfMessage(string name, ActivityKind kind, string? traceParent, string? traceState)
    {
        if (!_source.HasListeners())
        {
            return TraceSpan.None;
        }

        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var producer);
        return StartRemote(name, kind, producer);
    }

    // Starts a delivery's span: its parent is of another time and process, and it is linked to the invocation that it
    // runs in.
    public static TraceSpan StartOfDelivery(string name, ActivityKind kind, string? traceParent, string? traceState, string deliveryId) =>
        _source.HasListeners() ? StartRemote(name, kind, ParentOf(traceParent, traceState, deliveryId)) : TraceSpan.None;

    public static TraceSpan StartChild(string name, ActivityKind kind)
    {
        var current = Activity.Current;
        return new TraceSpan(_source.StartActivity(name, kind), current);
    }

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
    // its id, so that its attempts and its outcome are in one trace all the same.
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
