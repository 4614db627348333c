using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// The end of a delivery: merge the claim, write the index row, publish, in this order. Each step may be repeated, so
// the whole may be after a fault in any of them. The claim comes first: once it is final, no message starts the
// delivery again, and whoever was told of the outcome finds it in the claim.
internal sealed class OutcomeRecorder
{
    private readonly IClaimStore _claims;
    private readonly IDeliveryIndex _index;
    private readonly IOutcomePublisher _outcomes;
    private readonly ILogger<OutcomeRecorder> _logger;

    public OutcomeRecorder(IClaimStore claims, IDeliveryIndex index, IOutcomePublisher outcomes, ILogger<OutcomeRecorder> logger)
    {
        _claims = claims;
        _index = index;
        _outcomes = outcomes;
        _logger = logger;
    }

    public async Task RecordAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var outcome = DeliveryOutcome.Of(delivery);
        await _claims.FinishAsync(delivery.PaymentId, delivery.DeliveryId, delivery.State, outcome.EndedAt, cancellationToken).ConfigureAwait(false);
        if (DeliveryIndexRow.IsNeededFor(delivery))
        {
            await _index.UpsertAsync(DeliveryIndexRow.Of(delivery), cancellationToken).ConfigureAwait(false);
        }

        await _outcomes.PublishAsync(outcome, cancellationToken).ConfigureAwait(false);
        Logs.Ended(_logger, delivery.PaymentId, delivery.DeliveryId, delivery.State, delivery.Cause, delivery.Attempts.Count);
    }
}
