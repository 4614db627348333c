using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

// Publishes through another publisher, counts each outcome once it is published, and traces it.
internal sealed class MeasuredOutcomes : IOutcomePublisher
{
    private readonly IOutcomePublisher _publisher;
    private readonly Counter<long> _outcomes;

    public MeasuredOutcomes(IOutcomePublisher publisher, IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _publisher = publisher;
        _outcomes = meters.Create(TelemetryNames.Source)
            .CreateCounter<long>(TelemetryNames.Instruments.Outcomes, "{outcome}", "Outcomes that were published");
    }

    public async Task PublishAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var (state, cause, deliveryId) = outcome switch
        {
            DeliveryOutcome delivery => (delivery.State.ToString(), delivery.Cause.ToString(), delivery.DeliveryId),
            MessageOutcome message => (message.State.ToString(), TelemetryNames.Others.Message, null),
            _ => (TelemetryNames.Others.Other, TelemetryNames.Others.Other, (string?)null),
        };
        using var span = Start(outcome, deliveryId)
            .Set(TelemetryNames.SpanAttributes.PaymentId, outcome.PaymentId)
            .Set(TelemetryNames.SpanAttributes.DeliveryId, deliveryId)
            .Set(TelemetryNames.SpanAttributes.State, state);
        try
        {
            await _publisher.PublishAsync(outcome, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            span.Fail(TelemetryNames.Results.Failed);
            throw;
        }

        _outcomes.Add(1, Tags.Of(TelemetryNames.Attributes.State, state), Tags.Of(TelemetryNames.Attributes.Cause, cause));
    }

    // A message's outcome is published while it is taken in, a delivery's long after.
    private static TraceSpan Start(Outcome outcome, string? deliveryId) => deliveryId is null
        ? TraceSource.StartChild(TelemetryNames.Spans.Outcome, ActivityKind.Producer)
        : TraceSource.StartOfDelivery(TelemetryNames.Spans.Outcome, ActivityKind.Producer, outcome.TraceParent, outcome.TraceState, deliveryId);
}
