using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Takes in again what the host gave up on. A message leaves the poison queue only when intake took it in, or when its
// quarantine record and outcome are written. One run at a time; runs that overlap do no harm.
internal sealed class PoisonDrain
{
    public const string TriedTooOftenRule = "could not be taken in: an infrastructure fault of ours, not of the message; requeue it when the cause is gone";

    private const int BatchSize = 16;
    private const int MaxDoublings = 16;

    // A run ends before the timer's next one; a batch that has begun ends within its lease.
    private static readonly TimeSpan _budget = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(30);

    private readonly IPoisonMessages _queue;
    private readonly IMessageCodec _codec;
    private readonly MessageQuarantine _quarantine;
    private readonly PoisonDrainOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PoisonDrain> _logger;

    public PoisonDrain(IPoisonMessages queue, IMessageCodec codec, MessageQuarantine quarantine, IOptions<PoisonDrainOptions> options, TimeProvider time, ILogger<PoisonDrain> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _queue = queue;
        _codec = codec;
        _quarantine = quarantine;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    private enum Result
    {
        Renewed,
        TakenIn,
        GivenUp,
        Left,
    }

    public async Task<PoisonDrainReport> RunAsync(NotificationIntake intake, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intake);
        var started = _time.GetTimestamp();
        var results = new List<Result>();
        while (results.Count < _options.MaxMessages && _time.GetElapsedTime(started) < _budget)
        {
            var messages = await _queue.ReceiveAsync(Math.Min(BatchSize, _options.MaxMessages - results.Count), _lease, cancellationToken).ConfigureAwait(false);
            var batch = await Task.WhenAll(messages.Select(message => HandleAsync(intake, message, cancellationToken))).ConfigureAwait(false);
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
            PoisonLogs.Drained(_logger, report.TakenIn, report.GivenUp, report.Left);
        }

        return report;

        int Count(Result wanted) => results.Count(result => result == wanted);
    }

    private async Task<Result> HandleAsync(NotificationIntake intake, PoisonMessage message, CancellationToken cancellationToken)
    {
        IntakeResult taken;
        try
        {
            if (message.Expires)
            {
                await _queue.MakeLastingAsync(message, cancellationToken).ConfigureAwait(false);
                return Result.Renewed;
            }

            taken = await intake.AcceptAsync(message.Data, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Only infrastructure faults throw here, of any kind; the message stays.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return await FailAsync(message, fault, cancellationToken).ConfigureAwait(false);
        }

        await DeleteAsync(message, taken.PaymentId, cancellationToken).ConfigureAwait(false);
        return Result.TakenIn;
    }

    private async Task<Result> FailAsync(PoisonMessage message, Exception fault, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Result.Left;
        }

        var reading = IntakeReading.Of(_codec, message.Data.Content);
        var paymentId = reading.Notification?.PaymentId;
        PoisonLogs.NotTaken(_logger, paymentId, message.Data.MessageId, message.Data.DequeueCount, fault.GetType().Name);
        if (message.Data.DequeueCount >= _options.MaxTries && !message.Expires && await TryGiveUpAsync(message, reading, fault, cancellationToken).ConfigureAwait(false))
        {
            await DeleteAsync(message, paymentId, cancellationToken).ConfigureAwait(false);
            return Result.GivenUp;
        }

        await PutBackAsync(message, cancellationToken).ConfigureAwait(false);
        return Result.Left;
    }

    private async Task<bool> TryGiveUpAsync(PoisonMessage message, IntakeReading reading, Exception fault, CancellationToken cancellationToken)
    {
        var reason = new Violation("$", TriedTooOftenRule, Severity.Refuse, $"{message.Data.DequeueCount} tries, the last ended with {fault.GetType().Name}");
        try
        {
            await _quarantine.KeepAsync(
                message.Data, MessageState.Invalid, reading.Notification?.PaymentId, [reason, .. reading.Violations], claimedAt: null, cancellationToken).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // What cannot be quarantined stays where it is.
        catch (Exception second)
#pragma warning restore CA1031
        {
            PoisonLogs.NotKept(_logger, reading.Notification?.PaymentId, message.Data.MessageId, second.GetType().Name);
            return false;
        }
    }

    private async Task DeleteAsync(PoisonMessage message, string? paymentId, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.DeleteAsync(message, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The message comes again and is known; nothing is lost.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            PoisonLogs.NotDeleted(_logger, paymentId, message.Data.MessageId, fault.GetType().Name);
        }
    }

    private async Task PutBackAsync(PoisonMessage message, CancellationToken cancellationToken)
    {
        var doublings = Math.Clamp(message.Data.DequeueCount - 1, 0, MaxDoublings);
        var pause = _firstPause * Math.Pow(2, doublings);
        try
        {
            await _queue.PutBackAsync(message, pause < _options.LongestPause ? pause : _options.LongestPause, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It becomes visible when its lease ends.
        catch
#pragma warning restore CA1031
        {
        }
    }
}
