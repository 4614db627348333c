using System.Text.Json;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

internal static class EnvelopeRules
{
    // The message with every violation, without a trace context that breaks a rule and without a notification that is
    // not one object.
    public static DecodedMessage Judge(Envelope envelope)
    {
        var violations = new List<Violation>();
        if (envelope.SyntaxFault is { } fault)
        {
            violations.Add(new Violation("$", "must be one strict JSON value", Severity.Refuse, fault));
        }

        if (!envelope.IsVersionKnown)
        {
            violations.Add(Refuse(NotificationEnvelope.VersionMember, $"must be the number {NotificationEnvelope.Version}", Shape(envelope.VersionKind)));
        }

        foreach (var member in envelope.Repeated)
        {
            violations.Add(Refuse(member, "must be given once", "given again"));
        }

        foreach (var member in envelope.Unknown)
        {
            violations.Add(Refuse(member, "is not a member of version 1; a field of the notification belongs inside notification", "unknown member"));
        }

        if (envelope.UnknownCount > envelope.Unknown.Count)
        {
            violations.Add(new Violation("$", $"only the first {Envelope.MaxUnknownListed} unknown members are listed", Severity.Refuse, $"{envelope.UnknownCount - envelope.Unknown.Count} more unknown members"));
        }

        var notification = JudgeNotification(envelope, violations);
        var (traceParent, traceState) = JudgeTrace(envelope, violations);
        return new DecodedMessage { Notification = notification, TraceParent = traceParent, TraceState = traceState, Violations = violations };
    }

    private static ReadOnlyMemory<byte>? JudgeNotification(Envelope envelope, List<Violation> violations)
    {
        if (envelope.NotificationKind == JsonTokenType.StartObject)
        {
            // Of two notifications neither is known to be the one that was meant.
            return envelope.Repeated.Contains(NotificationEnvelope.NotificationMember) ? null : envelope.Notification;
        }

        if (envelope.NotificationKind != JsonTokenType.None)
        {
            violations.Add(Refuse(NotificationEnvelope.NotificationMember, "must be a JSON object", Shape(envelope.NotificationKind)));
        }
        else if (envelope.SyntaxFault is null)
        {
            violations.Add(Refuse(NotificationEnvelope.NotificationMember, "is required", "missing"));
        }

        return null;
    }

    private static (string? Parent, string? State) JudgeTrace(Envelope envelope, List<Violation> violations)
    {
        if (envelope.TraceParentKind is not (JsonTokenType.None or JsonTokenType.Null) && !TraceContext.IsParent(envelope.TraceParent))
        {
            violations.Add(Warn(NotificationEnvelope.TraceParentMember, "should be a W3C traceparent; the trace is dropped", Shape(envelope.TraceParentKind)));
            return (null, null);
        }

        if (envelope.TraceStateKind is JsonTokenType.None or JsonTokenType.Null)
        {
            return (envelope.TraceParent, null);
        }

        if (envelope.TraceParent is null || !TraceContext.IsState(envelope.TraceState))
        {
            violations.Add(Warn(NotificationEnvelope.TraceStateMember, "should be a W3C tracestate beside a traceparent; it is dropped", Shape(envelope.TraceStateKind)));
            return (envelope.TraceParent, null);
        }

        return (envelope.TraceParent, envelope.TraceState);
    }

    private static Violation Refuse(string member, string rule, string shape) => new("envelope." + member, rule, Severity.Refuse, shape);

    private static Violation Warn(string member, string rule, string shape) => new("envelope." + member, rule, Severity.Warn, shape);

    private static string Shape(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "boolean",
        JsonTokenType.Null => "null",
        _ => "missing",
    };
}
