using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

// Counts messages by verdict and broken unconfirmed rules by field, and traces each message's intake.
internal sealed class IntakeTelemetry : IIntakeWatch
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _warnings;

    public IntakeTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(TelemetryNames.Source);
        _messages = meter.CreateCounter<long>(TelemetryNames.Instruments.Messages, "{message}", "Messages that intake was done with");
        _warnings = meter.CreateCounter<long>(TelemetryNames.Instruments.RuleWarnings, "{warning}", "Unconfirmed rules that accepted messages break");
    }

    public IWatchedMessage Begin(QueueMessageData message, IntakeReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var span = TraceSource.StartOfMessage(TelemetryNames.Spans.Intake, ActivityKind.Consumer, reading.Decoded.TraceParent, reading.Decoded.TraceState)
            .Set(TelemetryNames.SpanAttributes.PaymentId, reading.Notification?.PaymentId);
        return new Message(this, reading, span);
    }

    private static string LabelOf(IntakeVerdict verdict) => verdict switch
    {
        IntakeVerdict.Accepted => TelemetryNames.Verdicts.Accepted,
        IntakeVerdict.Duplicate => TelemetryNames.Verdicts.Duplicate,
        IntakeVerdict.Conflict => TelemetryNames.Verdicts.Conflict,
        IntakeVerdict.Invalid => TelemetryNames.Verdicts.Invalid,
        IntakeVerdict.Broken => TelemetryNames.Verdicts.Broken,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    private void Count(IntakeReading reading, string verdict)
    {
        _messages.Add(1, Tags.Of(TelemetryNames.Attributes.Verdict, verdict));
        if (reading.IsAccepted)
        {
            foreach (var warning in reading.Violations)
            {
                _warnings.Add(1, Tags.Of(TelemetryNames.Attributes.Field, RuleFields.Label(warning.Field)));
            }
        }
    }

    private sealed class Message(IntakeTelemetry telemetry, IntakeReading reading, TraceSpan span) : IWatchedMessage
    {
        private bool _ended;

        // Without a listener the delivery belongs to the message's own trace: whoever records later parts of it finds the producer's.
        public string? TraceParent => span.TraceParent ?? reading.Decoded.TraceParent;

        public string? TraceState => span.TraceParent is null ? reading.Decoded.TraceState : span.TraceState;

        public void Complete(IntakeResult result)
        {
            _ended = true;
            var verdict = LabelOf(result.Verdict);
            telemetry.Count(reading, verdict);
            span.Set(TelemetryNames.SpanAttributes.DeliveryId, result.DeliveryId).Set(TelemetryNames.SpanAttributes.State, verdict);
            if (result.Verdict is IntakeVerdict.Conflict or IntakeVerdict.Invalid or IntakeVerdict.Broken)
            {
                span.Fail(verdict);
            }
        }

        public void Dispose()
        {
            if (!_ended)
            {
                span.Fail(TelemetryNames.Results.Failed);
            }

            span.Dispose();
        }
    }
}
