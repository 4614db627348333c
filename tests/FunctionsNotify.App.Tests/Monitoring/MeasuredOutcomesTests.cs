using System.Diagnostics;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class MeasuredOutcomesTests : IOutcomePublisher, IDisposable
{
    private readonly Measurements _measurements = new();
    private readonly string _payment = Given.NewPayment();
    private readonly List<Outcome> _published = [];
    private bool _fails;

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public async Task Publish_EveryEnd_IsCountedByStateAndCauseOnceItIsPublished()
    {
        var delivered = DeliveryOutcome.Of(Given.Ended(_payment));
        await PublishAsync(delivered);
        await PublishAsync(delivered with { State = DeliveryState.Rejected, Cause = DeliveryCause.Setup });
        await PublishAsync(Message(MessageState.Conflict));

        Assert.Equal(
            ["state=Delivered,cause=Acknowledged: 1", "state=Rejected,cause=Setup: 1", "state=Conflict,cause=Message: 1"],
            _measurements.Of(TelemetryNames.Instruments.Outcomes));
        Assert.Equal(3, _published.Count);
    }

    [Fact]
    public async Task Publish_Fails_CountsNothingAndThrows()
    {
        using var spans = new Spans();
        _fails = true;

        await Assert.ThrowsAsync<IOException>(() => PublishAsync(DeliveryOutcome.Of(Given.Ended(_payment))));

        Assert.Empty(_measurements.All);
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(spans.Of(_payment)).Status);
    }

    [Fact]
    public async Task Publish_ADeliverys_IsAChildInItsTrace()
    {
        using var spans = new Spans();
        using var invocation = new Activity("activity function").SetIdFormat(ActivityIdFormat.W3C).Start();

        await PublishAsync(DeliveryOutcome.Of(Given.Ended(_payment)));

        var span = Assert.Single(spans.Of(_payment));
        Assert.Equal(
            ("notify.outcome", ActivityKind.Producer, "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"),
            (span.OperationName, span.Kind, span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(("np-" + _payment, "Delivered"), (span.GetTagItem("notify.delivery_id"), span.GetTagItem("notify.state")));
    }

    [Fact]
    public async Task Publish_AMessages_IsAChildOfItsIntake()
    {
        using var spans = new Spans();
        var intake = new IntakeTelemetry(_measurements.Meters);
        using (intake.Begin(Given.Message, Given.Reading(_payment)))
        {
            await PublishAsync(Message(MessageState.Invalid));
        }

        var (outcome, taken) = (spans.Of(_payment)[0], spans.Of(_payment)[1]);
        Assert.Equal((taken.TraceId, taken.SpanId), (outcome.TraceId, outcome.ParentSpanId));
    }

    [Fact]
    public async Task Publish_WithoutATrace_IsInOneTraceWithTheAttempts()
    {
        using var spans = new Spans();
        using (new AttemptTelemetry(_measurements.Meters).Begin(Given.Attempt(_payment, traceParent: null), Given.Start))
        {
            // Made.
        }

        await PublishAsync(DeliveryOutcome.Of(Given.Ended(_payment, traceParent: null)));

        Assert.Equal(2, spans.Of(_payment).Count);
        Assert.Single(spans.Of(_payment).Select(span => span.TraceId).Distinct());
    }

    [Fact]
    public void Trace_OfAnOutcome_IsNotPartOfWhatTheBackendIsTold() => Assert.DoesNotContain(
        "race", System.Text.Encoding.UTF8.GetString(OutcomeWriter.Write(DeliveryOutcome.Of(Given.Ended(_payment)))), StringComparison.Ordinal);

    Task IOutcomePublisher.PublishAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        if (_fails)
        {
            throw new IOException("away");
        }

        _published.Add(outcome);
        return Task.CompletedTask;
    }

    private Task PublishAsync(Outcome outcome) => new MeasuredOutcomes(this, _measurements.Meters).PublishAsync(outcome, CancellationToken.None);

    private MessageOutcome Message(MessageState state) => new()
    {
        PaymentId = _payment,
        State = state,
        MessageId = "m-1",
        InsertedAt = Given.Start,
        Reasons = [],
        QuarantineId = QuarantineRecord.IdOf("m-1", Given.Start),
    };
}
