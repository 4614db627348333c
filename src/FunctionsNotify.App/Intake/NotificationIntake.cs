using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Takes a message in: decode, validate, claim, start. Bad input never throws: it is quarantined with every reason and
// gets an outcome. Only infrastructure faults throw, and then the message comes again.
internal sealed class NotificationIntake
{
    private readonly IMessageCodec _codec;
    private readonly IClaimStore _claims;
    private readonly IDeliveryStarter _starter;
    private readonly MessageQuarantine _quarantine;
    private readonly DeliveryPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger<NotificationIntake> _logger;
    private readonly IIntakeWatch _watch;

    public NotificationIntake(
        IMessageCodec codec,
        IClaimStore claims,
        IDeliveryStarter starter,
        MessageQuarantine quarantine,
        DeliveryPolicy policy,
        TimeProvider time,
        ILogger<NotificationIntake> logger,
        IIntakeWatch? watch = null)
    {
        _codec = codec;
        _claims = claims;
        _starter = starter;
        _quarantine = quarantine;
        _policy = policy;
        _time = time;
        _logger = logger;
        _watch = watch ?? Unwatched.Instance;
    }

    public async Task<IntakeResult> AcceptAsync(QueueMessageData message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var reading = IntakeReading.Of(_codec, message.Content);
        using var watched = _watch.Begin(message, reading);
        var result = await AcceptAsync(message, reading, watched, cancellationToken).ConfigureAwait(false);
        watched.Complete(result);
        return result;
    }

    private async Task<IntakeResult> AcceptAsync(QueueMessageData message, IntakeReading reading, IWatchedMessage watched, CancellationToken cancellationToken)
    {
        if (!reading.IsAccepted)
        {
            await _quarantine.KeepAsync(message, MessageState.Invalid, reading.Notification?.PaymentId, reading.Violations, claimedAt: null, cancellationToken).ConfigureAwait(false);
            return new IntakeResult(IntakeVerdict.Invalid, reading.Notification?.PaymentId, null);
        }

        var candidate = reading.ToClaim(message, _time.GetUtcNow()) with
        {
            EnqueuedAt = message.EnqueuedAt,
            TraceParent = watched.TraceParent,
            TraceState = watched.TraceState,
        };
        foreach (var warning in reading.Violations)
        {
            IntakeLogs.UnconfirmedRule(_logger, candidate.PaymentId, message.MessageId, warning.Field, warning.Rule, warning.Shape);
        }

        var standing = await _claims.TryInsertAsync(candidate, cancellationToken).ConfigureAwait(false);
        return standing is null
            ? await StartAsync(candidate, candidate, message, IntakeVerdict.Accepted, cancellationToken).ConfigureAwait(false)
            : await MeetAsync(standing, candidate, message, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IntakeResult> MeetAsync(Claim standing, Claim candidate, QueueMessageData message, CancellationToken cancellationToken)
    {
        switch (IntakeRules.Relate(standing, candidate))
        {
            case ClaimRelation.Conflict:
                var reason = new Violation("$", IntakeRules.ConflictRule, Severity.Refuse, $"object of {candidate.Body.Length} bytes");
                await _quarantine.KeepAsync(message, MessageState.Conflict, candidate.PaymentId, [reason], standing.AcceptedAt, cancellationToken).ConfigureAwait(false);
                return new IntakeResult(IntakeVerdict.Conflict, candidate.PaymentId, standing.DeliveryId);

            case ClaimRelation.SameMessage:
                return await StartAsync(standing, candidate, message, IntakeVerdict.Accepted, cancellationToken).ConfigureAwait(false);

            case ClaimRelation.KnownOpen:
                await CountAsync(standing, message, cancellationToken).ConfigureAwait(false);
                return await StartAsync(standing, candidate, message, IntakeVerdict.Duplicate, cancellationToken).ConfigureAwait(false);

            default:
                await CountAsync(standing, message, cancellationToken).ConfigureAwait(false);
                return new IntakeResult(IntakeVerdict.Duplicate, standing.PaymentId, standing.DeliveryId);
        }
    }

    private async Task CountAsync(Claim standing, QueueMessageData message, CancellationToken cancellationToken)
    {
        IntakeLogs.Duplicate(_logger, standing.PaymentId, message.MessageId, standing.DeliveryId, standing.State);
        await _claims.CountDuplicateAsync(standing.PaymentId, cancellationToken).ConfigureAwait(false);
    }

    // The claim names the delivery and holds the body: what is started never depends on which message came to start it.
    private async Task<IntakeResult> StartAsync(Claim claim, Claim candidate, QueueMessageData message, IntakeVerdict verdict, CancellationToken cancellationToken)
    {
        var input = DeliveryStart.Of(claim, _policy) with
        {
            EnqueuedAt = claim.FirstMessageId == candidate.FirstMessageId ? candidate.EnqueuedAt : null,
            TraceParent = candidate.TraceParent,
            TraceState = candidate.TraceState,
        };
        switch (await _starter.StartAsync(input, cancellationToken).ConfigureAwait(false))
        {
            case StartResult.Started:
                IntakeLogs.Started(_logger, claim.PaymentId, message.MessageId, claim.DeliveryId);
                return new IntakeResult(IntakeVerdict.Accepted, claim.PaymentId, claim.DeliveryId);

            case StartResult.Broken:
                IntakeLogs.Broken(_logger, claim.PaymentId, message.MessageId, claim.DeliveryId);
                return new IntakeResult(IntakeVerdict.Broken, claim.PaymentId, claim.DeliveryId);

            default:
                return new IntakeResult(verdict, claim.PaymentId, claim.DeliveryId);
        }
    }
}
