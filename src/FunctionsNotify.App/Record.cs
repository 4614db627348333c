using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Writes a delivery's index row beside its wait. A row that cannot be written is counted, never thrown, and costs at
// most Limit: the index serves people, and no send may wait for it.
internal sealed class RecordProgressFunction(DeliveryIndex index, Metrics metrics, TimeProvider time, ILogger<RecordProgressFunction> logger)
{
    public const string Name = "RecordProgress";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Function(Name)]
    public async Task RunAsync([ActivityTrigger] DeliveryIndexRow row, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await index.UpsertAsync(row, either.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever kept the row from being written, the delivery goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            metrics.ProgressFailed();
            Logs.ProgressNotRecorded(logger, fault, row.PaymentId, row.DeliveryId, row.Sequence);
        }
    }
}

// The end of a delivery: merge the claim, write the index row, publish, in this order. Each step may be repeated, so the
// whole may be after a fault in any of them: the orchestrator's retry policy calls again without end. The claim comes
// first: once it is final, no message starts the delivery again, and whoever was told of the outcome finds it in the claim.
internal sealed class RecordOutcomeFunction(Claims claims, DeliveryIndex index, Queues queues, ILogger<RecordOutcomeFunction> logger)
{
    public const string Name = "RecordOutcome";

    [Function(Name)]
    public async Task RunAsync([ActivityTrigger] Delivery delivery, CancellationToken cancellationToken)
    {
        var outcome = DeliveryOutcome.Of(delivery);
        await claims.FinishAsync(delivery.PaymentId, delivery.DeliveryId, delivery.State, outcome.EndedAt, cancellationToken).ConfigureAwait(false);
        if (DeliveryIndexRow.IsNeededFor(delivery))
        {
            await index.UpsertAsync(DeliveryIndexRow.Of(delivery), cancellationToken).ConfigureAwait(false);
        }

        await queues.PublishAsync(outcome, cancellationToken).ConfigureAwait(false);
        Logs.Ended(logger, delivery.PaymentId, delivery.DeliveryId, delivery.State, delivery.Cause, delivery.Attempts.Count);
    }
}
