using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Redelivery, correction and repair: one operation. The claim decides, under its version: of two callers at once one
// makes the new delivery. In this order: audit entry, index row, claim, start; a crash after any step is made good by
// the same call again, or by the sweeper, which finds the row.
internal sealed class RedeliveryOperation(
    Claims claims,
    DeliveryIndex index,
    AuditTrail audit,
    DeliveryPolicy policy,
    RetentionPolicy retention,
    TimeProvider time,
    ILogger<RedeliveryOperation> logger)
{
    // Each round another change was first; a person cannot be that quick more often.
    private const int Rounds = 4;

    // The sweeper drops a prepared row after a minute unless the claim names its delivery: the claim is replaced well
    // before that or not at all.
    private static readonly TimeSpan _claimWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _startWithin = TimeSpan.FromSeconds(30);

    // The same call again, after a fault of any kind, goes on where it stopped and makes no second delivery; with the
    // same key also after the new one has ended.
    public async Task<Answer> RunAsync(DurableTaskClient client, string paymentId, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        var claim = OperatorHttp.IsPossible(paymentId) ? await claims.GetAsync(paymentId, cancellationToken) : null;
        for (var round = 1; claim is not null && round <= Rounds; round++)
        {
            var stand = claim.State == DeliveryState.Open ? await client.StandAsync(claim.DeliveryId, time.GetUtcNow(), cancellationToken) : DeliveryStand.InHand;
            if (stand == DeliveryStand.Completed
                && await claims.GetAsync(paymentId, cancellationToken) is var again
                && (again?.DeliveryId, again?.State) != (claim.DeliveryId, claim.State))
            {
                // Its end was merged a moment ago.
                claim = again;
                continue;
            }

            var entry = audit.New(request.Action, request.By, paymentId, deliveryId: claim.DeliveryId);
            var (answer, next) = RedeliveryRules.Judge(claim, stand, request, retention, entry.Id, entry.At);
            if (request.IsDryRun)
            {
                // The new delivery is not there: what was judged is the one before it.
                return next is null ? answer : answer with { Kind = AnswerKind.Possible, Value = claim.DeliveryId };
            }

            if (next is null)
            {
                await HealAsync(client, claim, stand, cancellationToken);
                return request.IsOneOfMany ? answer : await audit.RefuseAsync(entry, answer, cancellationToken);
            }

            if (await ChangeAsync(client, claim, next, entry, cancellationToken) is not { } standing)
            {
                await TidyAsync(client, claim, next, stand);
                Logs.Redelivered(logger, paymentId, next.DeliveryId, request.Kind, request.By.Actor, request.By.Reason);
                return answer;
            }

            claim = standing;
        }

        return claim is null ? Answer.NoPayment : throw new InvalidOperationException($"Payment {paymentId}: its claim changed {Rounds} times while it was being redelivered.");
    }

    // The claim that stands where another change was first.
    private async Task<Claim?> ChangeAsync(DurableTaskClient client, Claim claim, Claim next, AuditEntry entry, CancellationToken cancellationToken)
    {
        entry = entry with { DeliveryId = next.DeliveryId };
        await audit.WriteAsync(entry, cancellationToken);
        if (!ReferenceEquals(next, claim) && await ReplaceAsync(claim, next, cancellationToken) is { } standing)
        {
            // The row of this one goes with the next sweep, unless it is the standing delivery's too.
            await audit.EndAsync(entry, AuditEntry.Refused($"another change was first, delivery {standing.DeliveryId} is {standing.State}"));
            return standing;
        }

        try
        {
            // The claim stands: whoever asked may be gone, the start must not be.
            using var limit = new CancellationTokenSource(_startWithin, time);
            await StartAsync(client, next, limit.Token);
        }
        finally
        {
            await audit.EndAsync(entry, AuditEntry.Accepted);
        }

        return null;
    }

    private async Task<Claim?> ReplaceAsync(Claim claim, Claim next, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(_claimWithin, time, cancellationToken);
        await index.UpsertAsync(DeliveryIndexRow.Starting(next, time.GetUtcNow()), limit.Token);
        return await claims.ReopenAsync(claim, next, limit.Token);
    }

    private async Task StartAsync(DurableTaskClient client, Claim claim, CancellationToken cancellationToken)
    {
        if (await client.StartDeliveryAsync(claims, claim.ToInput(policy), cancellationToken) == StartResult.Broken)
        {
            throw new InvalidOperationException($"Delivery {claim.DeliveryId} broke when it was started; repair it.");
        }
    }

    // What was cut off between claim and start. A first delivery has its queue message for that.
    private async Task HealAsync(DurableTaskClient client, Claim claim, DeliveryStand stand, CancellationToken cancellationToken)
    {
        if (stand == DeliveryStand.NotStarted && claim.Generation > 1)
        {
            await StartAsync(client, claim, cancellationToken);
        }
    }

    // Lists mean a payment's last delivery, so the row of the one before it goes. One that may still live is ended: what
    // it says would change nothing, but it would send beside the new one.
    private async Task TidyAsync(DurableTaskClient client, Claim replaced, Claim next, DeliveryStand stand)
    {
        if (ReferenceEquals(next, replaced))
        {
            return;
        }

        using var limit = new CancellationTokenSource(_startWithin, time);
        try
        {
            // First what would send; a row that is left goes with the next sweep.
            if (stand is DeliveryStand.Late or DeliveryStand.Unreadable)
            {
                await client.TerminateInstanceAsync(replaced.DeliveryId, (object?)$"replaced by {next.DeliveryId}", limit.Token);
            }

            await index.RemoveAsync(replaced.DeliveryId, replaced.AcceptedAt, limit.Token);
        }
#pragma warning disable CA1031 // The new delivery is under way.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.NotTidied(logger, fault, replaced.PaymentId, replaced.DeliveryId);
        }
    }
}
