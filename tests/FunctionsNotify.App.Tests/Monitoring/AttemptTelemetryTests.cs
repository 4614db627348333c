using System.Diagnostics;
using CsCheck;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class AttemptTelemetryTests : IDisposable
{
    private readonly Measurements _measurements = new();
    private readonly string _payment = Given.NewPayment();

    private AttemptTelemetry Telemetry => field ??= new AttemptTelemetry(_measurements.Meters);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void Complete_EveryKind_CountsAttemptsAndPostponementsApart()
    {
        foreach (var kind in Enum.GetValues<AttemptKind>())
        {
            Make(Given.Attempt(_payment), Given.Result(kind));
        }

        var kinds = Enum.GetValues<AttemptKind>().Where(kind => kind != AttemptKind.Postponed).ToList();
        Assert.Equal(kinds.Select(kind => $"kind={kind},result_code=NONE: 1"), _measurements.Of(TelemetryNames.Instruments.Attempts));
        Assert.Equal(kinds.Select(kind => $"kind={kind}: 0.25"), _measurements.Of(TelemetryNames.Instruments.AttemptDuration));
        Assert.Equal(["reason=LimiterFull: 1"], _measurements.Of(TelemetryNames.Instruments.Postponements));
        Assert.Equal(["attempt=first: 4.5"], _measurements.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Fact]
    public void Complete_AnyResultCode_IsALabelOfTheCatalogue()
    {
        var allowed = ResultCodeCatalogue.All.Select(entry => entry.Code).Append("OTHER").Append("NONE").ToHashSet();
        Gen.OneOf(Gen.String, Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.OneOf(ResultCodeCatalogue.All.Select(entry => entry.Code).ToArray())).Sample(code =>
        {
            using var measurements = new Measurements();
            var telemetry = new AttemptTelemetry(measurements.Meters);
            using var attempt = telemetry.Begin(Given.Attempt(_payment), Given.Start);
            attempt.Complete(Given.Result(AttemptKind.Rejected, code), Given.Start);

            var label = measurements.All.Single(measured => measured.Instrument == TelemetryNames.Instruments.Attempts).Tags[1].Value;
            Assert.Contains(label, allowed);
            Assert.True(label is "OTHER" or "NONE" || label == code);
        }, iter: 300);
    }

    [Theory]
    [InlineData(2.5, 1, "retry=false: 2.5")]
    [InlineData(2.5, 2, "retry=true: 2.5")]
    [InlineData(-0.9, 2, "retry=true: 0")]
    public void Begin_Lateness_IsFromTheDueTimeAndNeverNegative(double startedAfterSeconds, int number, string expected)
    {
        using var attempt = Telemetry.Begin(Given.Attempt(_payment, number), Given.Start.AddSeconds(startedAfterSeconds));

        Assert.Equal([expected], _measurements.Of(TelemetryNames.Instruments.AttemptLateness));
    }

    [Theory]
    [InlineData(1, 4.5, "attempt=first: 4.5")]
    [InlineData(3, 4.5, "attempt=retry: 4.5")]
    [InlineData(1, -9, "attempt=first: 0")]
    public void Complete_Acknowledged_MeasuresFromTheMessagesInsertion(int number, double seconds, string expected)
    {
        Make(Given.Attempt(_payment, number), Given.Result(AttemptKind.Acknowledged), seconds - 3);

        Assert.Equal([expected], _measurements.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Fact]
    public void Complete_AcknowledgedAndTheInsertionIsNotKnown_MeasuresNone()
    {
        Make(Given.Attempt(_payment) with { EnqueuedAt = null }, Given.Result(AttemptKind.Acknowledged));

        Assert.Empty(_measurements.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Fact]
    public void Span_OfADelivery_IsAChildInItsTraceWithEveryAttribute()
    {
        using var spans = new Spans();
        using var invocation = new Activity("activity function").SetIdFormat(ActivityIdFormat.W3C).Start();

        using (var attempt = Telemetry.Begin(Given.Attempt(_payment, 2), Given.Start.AddSeconds(2)))
        {
            attempt.Complete(Given.Result(AttemptKind.Acknowledged, "SUCCESS"), Given.Start.AddSeconds(5));
        }

        Assert.Same(invocation, Activity.Current);
        var span = Assert.Single(spans.Of(_payment));
        Assert.Equal(
            ("notifyPushPayment", ActivityKind.Client, "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", ActivityStatusCode.Unset),
            (span.OperationName, span.Kind, span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.Status));
        Assert.Equal(invocation.SpanId, Assert.Single(span.Links).Context.SpanId);
        // The parent was not recorded by the one who made it; ours is all the same.
        Assert.True(span.Recorded);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["notify.payment_id"] = _payment,
                ["notify.delivery_id"] = "np-" + _payment,
                ["notify.attempt"] = 2,
                ["notify.lateness_s"] = 2.0,
                ["notify.attempt.kind"] = "Acknowledged",
                ["notify.result_code"] = "SUCCESS",
                ["notify.acknowledgement_s"] = 8.0,
            },
            span.TagObjects.ToDictionary());
    }

    [Theory]
    [InlineData(AttemptKind.Acknowledged, ActivityStatusCode.Unset)]
    [InlineData(AttemptKind.Postponed, ActivityStatusCode.Unset)]
    [InlineData(AttemptKind.NoResult, ActivityStatusCode.Error)]
    [InlineData(AttemptKind.Unknown, ActivityStatusCode.Error)]
    public void Span_Status_SaysWhetherItWasAcknowledged(AttemptKind kind, ActivityStatusCode expected)
    {
        using var spans = new Spans();

        Make(Given.Attempt(_payment), Given.Result(kind));

        Assert.Equal(expected, Assert.Single(spans.Of(_payment)).Status);
    }

    [Fact]
    public void Span_OfADeliveryWithoutATrace_IsInOneTraceWithItsOthers()
    {
        using var spans = new Spans();

        Make(Given.Attempt(_payment, 1, traceParent: null), Given.Result(AttemptKind.Unknown));
        Make(Given.Attempt(_payment, 2, traceParent: "not a trace"), Given.Result(AttemptKind.Unknown));
        var other = Given.NewPayment();
        Make(Given.Attempt(other, 1, traceParent: null), Given.Result(AttemptKind.Unknown));

        var trace = Assert.Single(spans.Of(_payment).Select(span => span.TraceId).Distinct());
        Assert.NotEqual(trace, Assert.Single(spans.Of(other)).TraceId);
    }

    [Fact]
    public void Dispose_HostStopsTheAttempt_CountsNoAttempt()
    {
        using var spans = new Spans();

        Telemetry.Begin(Given.Attempt(_payment), Given.Start).Dispose();

        Assert.Empty(_measurements.Of(TelemetryNames.Instruments.Attempts));
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(spans.Of(_payment)).Status);
    }

    private void Make(AttemptSubject subject, AttemptResult result, double endedAfterSeconds = 1.5)
    {
        using var attempt = Telemetry.Begin(subject, Given.Start);
        attempt.Complete(result, Given.Start.AddSeconds(endedAfterSeconds));
    }
}
