using System.Diagnostics;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class TracingTests
{
    private readonly string _payment = Given.NewPayment();

    [Fact]
    public void StartIntake_MessageOfATrace_IsAChildOfTheProducerAndLinkedToTheInvocation()
    {
        using var spans = new Spans();
        using var invocation = new Activity("invocation").SetIdFormat(ActivityIdFormat.W3C).Start();

        using (var taken = Tracing.StartIntake(Given.Reading(_payment, Given.TraceParent)))
        {
            Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", taken.TraceParent, StringComparison.Ordinal);
            Assert.Equal(taken.TraceParent, Activity.Current!.Id);
        }

        Assert.Same(invocation, Activity.Current);
        var span = Assert.Single(spans.Of(_payment));
        Assert.Equal(("notify.intake", ActivityKind.Consumer, "b7ad6b7169203331"), (span.OperationName, span.Kind, span.ParentSpanId.ToHexString()));
        Assert.Equal(invocation.SpanId, Assert.Single(span.Links).Context.SpanId);
    }

    [Fact]
    public void StartIntake_BareMessages_StartATraceEachThoughOneInvocationHandlesThem()
    {
        using var spans = new Spans();
        using var invocation = new Activity("a timer that drains many").SetIdFormat(ActivityIdFormat.W3C).Start();

        Tracing.StartIntake(Given.Reading(_payment)).Dispose();
        Tracing.StartIntake(Given.Reading(_payment)).Dispose();

        var traces = spans.Of(_payment).Select(span => span.TraceId).ToList();
        Assert.Equal(2, traces.Distinct().Count());
        Assert.DoesNotContain(invocation.TraceId, traces);
        Assert.All(spans.Of(_payment), span => Assert.Equal((default, invocation.SpanId), (span.ParentSpanId, Assert.Single(span.Links).Context.SpanId)));
    }

    [Fact]
    public void StartAttempt_OfADelivery_IsAChildInItsTraceWithItsAttributes()
    {
        using var spans = new Spans();
        using var invocation = new Activity("activity function").SetIdFormat(ActivityIdFormat.W3C).Start();

        Tracing.StartAttempt(Given.Attempt(_payment, 2), lateness: 2).Dispose();

        Assert.Same(invocation, Activity.Current);
        var span = Assert.Single(spans.Of(_payment));
        Assert.Equal(
            ("notifyPushPayment", ActivityKind.Client, "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"),
            (span.OperationName, span.Kind, span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(invocation.SpanId, Assert.Single(span.Links).Context.SpanId);
        // The parent was not recorded by the one who made it; ours is.
        Assert.True(span.Recorded);
        Assert.Equal(
            new Dictionary<string, object?> { ["notify.payment_id"] = _payment, ["notify.delivery_id"] = "np-" + _payment, ["notify.attempt"] = 2, ["notify.lateness_s"] = 2.0 },
            span.TagObjects.ToDictionary());
    }

    [Fact]
    public void Start_OfADeliveryWithoutATrace_AttemptsAndOutcomeAreInOneTrace()
    {
        using var spans = new Spans();
        var other = Given.NewPayment();

        Tracing.StartAttempt(Given.Attempt(_payment, 1, traceParent: null), 0).Dispose();
        Tracing.StartAttempt(Given.Attempt(_payment, 2, traceParent: "not a trace"), 0).Dispose();
        Tracing.StartOutcome(DeliveryOutcome.Of(Given.Ended(_payment, traceParent: null))).Dispose();
        Tracing.StartAttempt(Given.Attempt(other, 1, traceParent: null), 0).Dispose();

        Assert.Equal(3, spans.Of(_payment).Count);
        var trace = Assert.Single(spans.Of(_payment).Select(span => span.TraceId).Distinct());
        Assert.NotEqual(trace, Assert.Single(spans.Of(other)).TraceId);
    }

    [Fact]
    public void StartOutcome_ADeliverys_IsAChildInItsTrace()
    {
        using var spans = new Spans();

        Tracing.StartOutcome(DeliveryOutcome.Of(Given.Ended(_payment))).Dispose();

        var span = Assert.Single(spans.Of(_payment));
        Assert.Equal(
            ("notify.outcome", ActivityKind.Producer, "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"),
            (span.OperationName, span.Kind, span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(("np-" + _payment, "Delivered"), (span.GetTagItem("notify.delivery_id"), span.GetTagItem("notify.state")));
    }

    [Fact]
    public void StartOutcome_AMessages_IsAChildOfItsIntake()
    {
        using var spans = new Spans();
        var outcome = new MessageOutcome
        {
            PaymentId = _payment,
            State = MessageState.Invalid,
            MessageId = "m-1",
            InsertedAt = Given.Start,
            Reasons = [],
            QuarantineId = QuarantineRecord.IdOf("m-1", Given.Start),
        };
        using (Tracing.StartIntake(Given.Reading(_payment)))
        {
            Tracing.StartOutcome(outcome).Dispose();
        }

        var (told, taken) = (spans.Of(_payment)[0], spans.Of(_payment)[1]);
        Assert.Equal((taken.TraceId, taken.SpanId), (told.TraceId, told.ParentSpanId));
    }
}
