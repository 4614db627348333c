using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Takes in again what the host gave up on. Run by a timer, not a queue trigger: a trigger on a poison queue has no poison
// queue of its own and stops being called for a message that fails. A message leaves the queue only when intake took it
// in, when its delivery was left to the sweeper, or when its quarantine record and outcome are written. One run at a
// time; runs that overlap do no harm.
internal sealed class PoisonDrain(
    Queues queues, NotificationIntake intake, Claims claims, DeliveryIndex index, MessageQuarantine quarantine, TimeProvider time, ILogger<PoisonDrain> logger)
{
    public const string TriedTooOftenRule = "could not be taken in: an infrastructure fault of ours, not of the message; requeue it when the cause is gone";

    public const int MaxTries = 150;
    public const int MaxMessages = 1000;

    private const int BatchSize = 16;
    private const int MaxDoublings = 16;

    // A run ends before the timer's next one; a batch that has begun ends within its lease.
    private static readonly TimeSpan _budget = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(30);

    private enum Result
    {
        Renewed,
        TakenIn,
        GivenUp,
        Left,
    }

    public async Task<PoisonDrainReport> RunAsync(DurableTaskClient client, CancellationToken cancellationToken, int maxTries = MaxTries)
    {
        var started = time.GetTimestamp();
        var results = new List<Result>();
        while (results.Count < MaxMessages && time.GetElapsedTime(started) < _budget)
        {
            var messages = await queues.ReceivePoisonAsync(Math.Min(BatchSize, MaxMessages - results.Count), _lease, cancellationToken).ConfigureAwait(false);
            var batch = await Task.WhenAll(messages.Select(message => HandleAsync(client, message, maxTries, cancellationToken))).ConfigureAwait(false);
            results.AddRange(batch);

            // A whole batch that fails means that something is away: what is left in the queue is spared the try.
            if (batch.All(static result => result == Result.Left))
            {
                break;
            }
        }

        var report = new PoisonDrainReport(Count(Result.TakenIn), Count(Result.GivenUp), Count(Result.Left));
        if (results.Count > 0)
        {
            Logs.Drained(logger, report.TakenIn, report.GivenUp, report.Left);
        }

        return report;

        int Count(Result wanted) => results.Count(result => result == wanted);
    }

    private async Task<Result> HandleAsync(DurableTaskClient client, PoisonMessage message, int maxTries, CancellationToken cancellationToken)
    {
        IntakeResult taken;
        try
        {
            if (message.Expires)
            {
                await queues.MakePoisonLastingAsync(message, cancellationToken).ConfigureAwait(false);
                return Result.Renewed;
            }

            taken = await intake.AcceptAsync(message.Data, client, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Only infrastructure faults throw here, of any kind; the message stays.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return await FailAsync(message, fault, maxTries, cancellationToken).ConfigureAwait(false);
        }

        await DeleteAsync(message, taken.PaymentId, cancellationToken).ConfigureAwait(false);
        return Result.TakenIn;
    }

    private async Task<Result> FailAsync(PoisonMessage message, Exception fault, int maxTries, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Result.Left;
        }

        var reading = IntakeReading.Of(message.Data.Content);
        var paymentId = reading.PaymentId;
        Logs.NotTaken(logger, paymentId, message.Data.MessageId, message.Data.DequeueCount, fault.GetType().Name);
        var result = message.Data.DequeueCount >= maxTries && !message.Expires ? await TryGiveUpAsync(message, reading, fault, cancellationToken).ConfigureAwait(false) : Result.Left;
        if (result == Result.Left)
        {
            await PutBackAsync(message, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await DeleteAsync(message, paymentId, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<Result> TryGiveUpAsync(PoisonMessage message, IntakeReading reading, Exception fault, CancellationToken cancellationToken)
    {
        var reason = new Violation("$", TriedTooOftenRule, Severity.Refuse, $"{message.Data.DequeueCount} tries, the last ended with {fault.GetType().Name}");
        try
        {
            // Claimed by an earlier try, and every start failed: with the row the sweeper goes on with it.
            if (reading is { IsAccepted: true, Notification.CanonicalHash: { } hash, PaymentId: { } paymentId }
                && await claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) is { State: DeliveryState.Open } claim
                && claim.BodyHashes.Contains(hash))
            {
                await index.UpsertAsync(DeliveryIndexRow.Starting(claim, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
                // Given up by a try before another message made the claim: what is kept is told of.
                return await quarantine.FinishAsync(message.Data, cancellationToken).ConfigureAwait(false) is null ? Result.TakenIn : Result.GivenUp;
            }

            await quarantine.KeepAsync(
                message.Data, MessageState.Invalid, reading.PaymentId, [reason, .. reading.Violations], claimedAt: null, cancellationToken).ConfigureAwait(false);
            return Result.GivenUp;
        }
#pragma warning disable CA1031 // What can be neither stays where it is.
        catch (Exception second)
#pragma warning restore CA1031
        {
            Logs.NotKept(logger, reading.PaymentId, message.Data.MessageId, second.GetType().Name);
            return Result.Left;
        }
    }

    private async Task DeleteAsync(PoisonMessage message, string? paymentId, CancellationToken cancellationToken)
    {
        try
        {
            await queues.DeletePoisonAsync(message, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The message comes again and is known; nothing is lost.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.NotDeleted(logger, paymentId, message.Data.MessageId, fault.GetType().Name);
        }
    }

    private async Task PutBackAsync(PoisonMessage message, CancellationToken cancellationToken)
    {
        var doublings = Math.Clamp(message.Data.DequeueCount - 1, 0, MaxDoublings);
        var pause = _firstPause * Math.Pow(2, doublings);
        try
        {
            await queues.PutBackPoisonAsync(message, pause < _longestPause ? pause : _longestPause, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It becomes visible when its lease ends.
        catch
#pragma warning restore CA1031
        {
        }
    }
}

internal sealed record PoisonDrainReport(int TakenIn, int GivenUp, int Left);
