using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Takes a message in: decode, validate, claim, start. Bad input never throws: it is quarantined with every reason and
// gets an outcome. Only infrastructure faults throw, and then the message comes again.
internal sealed class NotificationIntake(
    Claims claims, MessageQuarantine quarantine, Admission admission, DeliveryPolicy policy, Metrics metrics, TimeProvider time, ILogger<NotificationIntake> logger)
{
    public const string ConflictRule = "another content was already accepted for this paymentId; a second one is never sent";

    // When it returns, the message may be deleted.
    public async Task<IntakeResult> AcceptAsync(QueueMessageData message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var reading = IntakeReading.Of(message.Content);
        using var span = Tracing.StartIntake(reading);
        try
        {
            var result = await AcceptAsync(message, reading, span, client, cancellationToken).ConfigureAwait(false);
            var verdict = LabelOf(result.Verdict);
            metrics.TakenIn(reading, verdict);
            span.Set(TelemetryNames.SpanAttributes.DeliveryId, result.DeliveryId).Set(TelemetryNames.SpanAttributes.State, verdict);
            if (result.Verdict is IntakeVerdict.Conflict or IntakeVerdict.Invalid or IntakeVerdict.Broken)
            {
                span.Fail(verdict);
            }

            return result;
        }
        catch
        {
            span.Fail(TelemetryNames.Results.Failed);
            throw;
        }
    }

    private async Task<IntakeResult> AcceptAsync(QueueMessageData message, IntakeReading reading, TraceSpan span, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!reading.IsAccepted)
        {
            await quarantine.KeepAsync(message, MessageState.Invalid, reading.PaymentId, reading.Violations, claimedAt: null, cancellationToken).ConfigureAwait(false);
            return new IntakeResult(IntakeVerdict.Invalid, reading.PaymentId, null);
        }

        // Kept by an earlier try, as a conflict with a claim that may be gone by now, or as given up: it is never delivered beside
        // its record.
        if (message.DequeueCount > 1 && await quarantine.FinishAsync(message, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            return new IntakeResult(kept.State == MessageState.Conflict ? IntakeVerdict.Conflict : IntakeVerdict.Invalid, kept.PaymentId, null);
        }

        var candidate = reading.ToClaim(message, time.GetUtcNow()) with
        {
            EnqueuedAt = message.EnqueuedAt,
            // Without a listener the delivery belongs to the message's own trace: whoever records later parts of it finds the producer's.
            TraceParent = span.TraceParent ?? reading.Decoded.TraceParent,
            TraceState = span.TraceParent is null ? reading.Decoded.TraceState : span.TraceState,
        };
        foreach (var warning in reading.Violations)
        {
            Logs.UnconfirmedRule(logger, candidate.PaymentId, message.MessageId, warning.Field, warning.Rule, warning.Shape);
        }

        var (standing, tag) = await claims.TryInsertAsync(candidate, cancellationToken).ConfigureAwait(false);
        if (standing is null)
        {
            // Claimed first: while it is held, its other messages are duplicates, and whatever cuts it off is made good.
            if (!message.FromPoisonQueue)
            {
                await admission.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return await StartAsync(candidate, candidate, message, IntakeVerdict.Accepted, client, cancellationToken, tag).ConfigureAwait(false);
        }

        if (!standing.BodyHashes.Contains(candidate.BodyHashes[0]))
        {
            var reason = new Violation("$", ConflictRule, Severity.Refuse, $"object of {candidate.Body.Length} bytes");
            await quarantine.KeepAsync(message, MessageState.Conflict, candidate.PaymentId, [reason], standing.AcceptedAt, cancellationToken).ConfigureAwait(false);
            return new IntakeResult(IntakeVerdict.Conflict, candidate.PaymentId, standing.DeliveryId);
        }

        // The very message that made the claim came again: a crash cut something off after the claim.
        if (standing.State == DeliveryState.Open && standing.FirstMessageId == candidate.FirstMessageId)
        {
            return await StartAsync(standing, candidate, message, IntakeVerdict.Accepted, client, cancellationToken).ConfigureAwait(false);
        }

        Logs.Duplicate(logger, standing.PaymentId, message.MessageId, standing.DeliveryId, standing.State);
        await claims.CountDuplicateAsync(standing.PaymentId, cancellationToken).ConfigureAwait(false);
        return standing.State == DeliveryState.Open
            ? await StartAsync(standing, candidate, message, IntakeVerdict.Duplicate, client, cancellationToken).ConfigureAwait(false)
            : new IntakeResult(IntakeVerdict.Duplicate, standing.PaymentId, standing.DeliveryId);
    }

    // The claim names the delivery and holds the body: what is started never depends on which message came to start it.
    private async Task<IntakeResult> StartAsync(
        Claim claim, Claim candidate, QueueMessageData message, IntakeVerdict verdict, DurableTaskClient client, CancellationToken cancellationToken, string? tag = null)
    {
        var input = claim.ToInput(policy) with
        {
            EnqueuedAt = claim.FirstMessageId == candidate.FirstMessageId ? candidate.EnqueuedAt : null,
            TraceParent = candidate.TraceParent,
            TraceState = candidate.TraceState,
            ClaimTag = tag,
        };
        switch (await client.StartDeliveryAsync(claims, input, cancellationToken).ConfigureAwait(false))
        {
            case StartResult.Started:
                Logs.Started(logger, claim.PaymentId, message.MessageId, claim.DeliveryId);
                return new IntakeResult(IntakeVerdict.Accepted, claim.PaymentId, claim.DeliveryId);

            case StartResult.Broken:
                Logs.Broken(logger, claim.PaymentId, message.MessageId, claim.DeliveryId);
                return new IntakeResult(IntakeVerdict.Broken, claim.PaymentId, claim.DeliveryId);

            default:
                return new IntakeResult(verdict, claim.PaymentId, claim.DeliveryId);
        }
    }

    private static string LabelOf(IntakeVerdict verdict) => verdict switch
    {
        IntakeVerdict.Accepted => TelemetryNames.Verdicts.Accepted,
        IntakeVerdict.Duplicate => TelemetryNames.Verdicts.Duplicate,
        IntakeVerdict.Conflict => TelemetryNames.Verdicts.Conflict,
        IntakeVerdict.Invalid => TelemetryNames.Verdicts.Invalid,
        IntakeVerdict.Broken => TelemetryNames.Verdicts.Broken,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };
}

public enum IntakeVerdict
{
    // The delivery was started, or a start that a crash had cut off was made good.
    Accepted,

    // The same content again for a payment that has a delivery.
    Duplicate,

    // Another content for a payment that has a delivery: quarantined, never sent.
    Conflict,

    // The message breaks a rule: quarantined.
    Invalid,

    // The payment's delivery is over under its open claim: kept for an operator.
    Broken,
}

internal sealed record IntakeResult(IntakeVerdict Verdict, string? PaymentId, string? DeliveryId);

// A message read as a candidate for a claim.
internal sealed record IntakeReading(DecodedMessage Decoded, NotificationReading? Notification)
{
    public IReadOnlyList<Violation> Violations { get; } = [.. Decoded.Violations, .. Notification?.Violations ?? []];

    public bool IsAccepted => Decoded.IsAccepted && Notification is { IsAccepted: true };

    public string? PaymentId => Notification?.PaymentId;

    public static IntakeReading Of(ReadOnlyMemory<byte> content)
    {
        var decoded = MessageCodec.Decode(content);
        return new IntakeReading(decoded, decoded.Notification is { } body ? NotificationReader.Read(body) : null);
    }

    public Claim ToClaim(QueueMessageData message, DateTimeOffset now)
    {
        if (!IsAccepted || Decoded.Notification is not { } body || Notification is not { Notification: { } notification, CanonicalHash: { } hash })
        {
            throw new InvalidOperationException($"Message {message.MessageId} is not accepted and cannot claim a payment.");
        }

        return new Claim
        {
            PaymentId = notification.PaymentId,
            PaymentRequestId = notification.PaymentRequestId,
            DeliveryId = DeliveryIds.ForDelivery(notification.PaymentId, generation: 1),
            Body = body,
            BodyHashes = [hash],
            FirstMessageId = message.MessageId,
            AcceptedAt = now,
        };
    }
}
