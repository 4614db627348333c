using System.Diagnostics;
using CsCheck;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class IntakeTelemetryTests : IDisposable
{
    private readonly Measurements _measurements = new();
    private readonly string _payment = Given.NewPayment();

    private IntakeTelemetry Telemetry => field ??= new IntakeTelemetry(_measurements.Meters);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void Complete_EveryVerdict_IsCountedUnderItsName()
    {
        foreach (var verdict in Enum.GetValues<IntakeVerdict>())
        {
            Take(Given.Reading(_payment), verdict);
        }

        Assert.Equal(
            ["verdict=accepted: 1", "verdict=duplicate: 1", "verdict=conflict: 1", "verdict=invalid: 1", "verdict=broken: 1"],
            _measurements.Of(TelemetryNames.Instruments.Messages));
    }

    [Fact]
    public void Dispose_WithoutAnEnd_CountsNothingAndTheSpanSaysSo()
    {
        using var spans = new Spans();

        using (Telemetry.Begin(Given.Message, Given.Reading(_payment)))
        {
            // A fault: the message comes again.
        }

        Assert.Empty(_measurements.All);
        Assert.Equal((ActivityStatusCode.Error, "failed"), (Assert.Single(spans.Of(_payment)).Status, spans.Of(_payment)[0].StatusDescription));
    }

    [Fact]
    public void Complete_BrokenRules_AreCountedByListedField()
    {
        Take(Given.Reading(_payment, null, Warning("paymentTime"), Warning("extra.secrets[3]"), Warning("envelope.traceparent")), IntakeVerdict.Accepted);

        Assert.Equal(["field=paymentTime: 1", "field=OTHER: 1", "field=envelope.traceparent: 1"], _measurements.Of(TelemetryNames.Instruments.RuleWarnings));
    }

    [Fact]
    public void Complete_RefusedMessage_CountsNoWarnings()
    {
        Take(Given.Reading(_payment, null, Warning("paymentTime"), new Violation("$", "r", Severity.Refuse, "s")), IntakeVerdict.Invalid);

        Assert.Empty(_measurements.Of(TelemetryNames.Instruments.RuleWarnings));
    }

    [Fact]
    public void Label_AnyField_IsOfTheClosedSet() =>
        Gen.OneOf(Gen.String, Gen.OneOf(RuleFields.All.ToArray())).Sample(
            field => Assert.Equal(RuleFields.All.Contains(field) ? field : TelemetryNames.Others.Other, RuleFields.Label(field)));

    [Fact]
    public void Label_EveryFieldThatTheReaderWarnsOf_IsListedOrInsideAnUnknownMember()
    {
        var reading = NotificationReader.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""
            {"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"{{new string('x', 300)}}"},
             "paymentId":" p ","paymentRequestId":" r ","extra":[null,"{{new string('y', 10)}}"]}
            """));
        var coded = NotificationReader.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"paymentResult":{"resultStatus":"F","resultCode":" {{new string('x', 80)}}"},"paymentId":"p","paymentTime":"2026-03-04T05:06:07Z"}"""));

        var fields = reading.Warnings.Concat(coded.Warnings).Select(warning => warning.Field).ToHashSet();

        Assert.Superset(new HashSet<string> { "paymentResult.resultMessage", "paymentResult.resultCode", "paymentId", "paymentRequestId", "paymentTime" }, fields);
        Assert.All(fields.Where(field => !field.StartsWith("extra", StringComparison.Ordinal)), field => Assert.Equal(field, RuleFields.Label(field)));
    }

    [Fact]
    public void Begin_MessageOfATrace_IsAChildOfTheProducerAndLinkedToTheInvocation()
    {
        using var spans = new Spans();
        using var invocation = new Activity("invocation").SetIdFormat(ActivityIdFormat.W3C).Start();

        using (var message = Telemetry.Begin(Given.Message, Given.Reading(_payment, Given.TraceParent)))
        {
            Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", message.TraceParent, StringComparison.Ordinal);
            Assert.Equal(message.TraceParent, Activity.Current!.Id);
            message.Complete(new IntakeResult(IntakeVerdict.Accepted, _payment, "np"));
        }

        Assert.Same(invocation, Activity.Current);
        var span = Assert.Single(spans.Of(_payment));
        Assert.Equal(("notify.intake", ActivityKind.Consumer, "b7ad6b7169203331"), (span.OperationName, span.Kind, span.ParentSpanId.ToHexString()));
        Assert.Equal(invocation.SpanId, Assert.Single(span.Links).Context.SpanId);
        Assert.Equal(("np", "accepted", ActivityStatusCode.Unset), (span.GetTagItem("notify.delivery_id"), span.GetTagItem("notify.state"), span.Status));
    }

    [Fact]
    public void Begin_BareMessages_StartATraceEachThoughOneInvocationHandlesThem()
    {
        using var spans = new Spans();
        using var invocation = new Activity("a timer that drains many").SetIdFormat(ActivityIdFormat.W3C).Start();

        Take(Given.Reading(_payment), IntakeVerdict.Accepted);
        Take(Given.Reading(_payment), IntakeVerdict.Duplicate);

        var traces = spans.Of(_payment).Select(span => span.TraceId).ToList();
        Assert.Equal(2, traces.Distinct().Count());
        Assert.DoesNotContain(invocation.TraceId, traces);
        Assert.All(spans.Of(_payment), span => Assert.Equal((default, invocation.SpanId), (span.ParentSpanId, Assert.Single(span.Links).Context.SpanId)));
    }

    private void Take(IntakeReading reading, IntakeVerdict verdict)
    {
        using var message = Telemetry.Begin(Given.Message, reading);
        message.Complete(new IntakeResult(verdict, _payment, verdict == IntakeVerdict.Invalid ? null : "np-" + _payment));
    }

    private static Violation Warning(string field) => new(field, "a rule", Severity.Warn, "a shape");
}
