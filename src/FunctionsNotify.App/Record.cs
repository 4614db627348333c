using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Records what an attempt or a delivery came to: merge the claim, write the index row, publish, in this order, and each may
// be repeated. The claim comes first: once it is final, no message starts the delivery again, whoever was told of the outcome
// finds it there, and the first end that was merged stands (docs/decisions/0009-the-send-activity-records.md).
internal sealed class Recorder(Claims claims, DeliveryIndex index, Queues queues, Metrics metrics, TimeProvider time, ILogger<Recorder> logger)
{
    // What a delivery that goes on may wait for its record: the next send must not be late by it.
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // The whole end of a delivery, for the orchestrator's unending retry; gives the end that stands.
    public async Task<RecordedEnd> EndAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var end = await claims.FinishAsync(delivery.PaymentId, delivery.DeliveryId, RecordedEnd.Of(delivery), insertTag: null, cancellationToken).ConfigureAwait(false);
        if (end.IsReplaced)
        {
            Logs.Replaced(logger, delivery.PaymentId, delivery.DeliveryId, delivery.State);
        }
        else
        {
            await TellAsync(delivery.Adopt(end), cancellationToken).ConfigureAwait(false);
        }

        return end;
    }

    // What follows from an attempt, in the call that made it. Whatever fails, the result stands: the orchestrator sees what
    // is not done and does it.
    public async Task<SentAttempt> AfterAttemptAsync(SendAttemptInput input, AttemptResult result, CancellationToken cancellationToken)
    {
        var delivery = input.Delivery.Apply(result, result.EndedAt);
        var attempt = new SentAttempt(result);
        try
        {
            if (delivery.IsEndedByAnswer)
            {
                attempt = attempt with
                {
                    Ended = await claims.FinishAsync(delivery.PaymentId, delivery.DeliveryId, RecordedEnd.Of(delivery), input.ClaimTag, cancellationToken).ConfigureAwait(false),
                };
                if (attempt.Ended.State == delivery.State)
                {
                    await TellAsync(delivery.Adopt(attempt.Ended), cancellationToken).ConfigureAwait(false);
                    attempt = attempt with { IsTold = true };
                }
            }
            else if (delivery.Phase != DeliveryPhase.Final)
            {
                using var limit = new TimeLimit(Limit, time, cancellationToken);
                await index.UpsertAsync(DeliveryIndexRow.Of(delivery), limit.Token).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever kept it from being recorded, the attempt was made.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            metrics.ProgressFailed();
            Logs.ProgressNotRecorded(logger, fault, delivery.PaymentId, delivery.DeliveryId, delivery.Sequence);
        }

        return attempt;
    }

    // The end that stands in the record; null where there is none.
    public async Task<RecordedEnd?> FindEndAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(Limit, time, cancellationToken);
        return await claims.FindEndAsync(delivery.PaymentId, delivery.DeliveryId, limit.Token).ConfigureAwait(false);
    }

    private async Task TellAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (DeliveryIndexRow.IsNeededFor(delivery))
        {
            await index.UpsertAsync(DeliveryIndexRow.Of(delivery), cancellationToken).ConfigureAwait(false);
        }

        await queues.PublishAsync(DeliveryOutcome.Of(delivery), cancellationToken).ConfigureAwait(false);
        Logs.Ended(logger, delivery.PaymentId, delivery.DeliveryId, delivery.State, delivery.Cause, delivery.Attempts.Count);
    }
}

// Called where the send activity could not record the end, and where the delivery ended otherwise.
internal sealed class RecordOutcomeFunction(Recorder recorder)
{
    public const string Name = "RecordOutcome";

    [Function(Name)]
    public Task<RecordedEnd> RunAsync([ActivityTrigger] Delivery delivery, CancellationToken cancellationToken) => recorder.EndAsync(delivery, cancellationToken);
}
