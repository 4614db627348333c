using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

// A wish for a new delivery of a payment: again, with another body, or in place of one that is broken.
internal sealed record RedeliveryRequest(OperatorStatement By) : ChangeRequest(By)
{
    public bool IsRepair { get; init; }

    public ReadOnlyMemory<byte>? Body { get; init; }

    // The deliveries that the wish is for: when the payment has a later one by now, nothing is done. Null for whichever
    // it is.
    public IReadOnlySet<string>? OnlyDeliveries { get; init; }

    public static RedeliveryRequest Of(ChangeRequest request) =>
        new(request.By) { Force = request.Force, IdempotencyKey = request.IdempotencyKey, IsDryRun = request.IsDryRun, IsOneOfMany = request.IsOneOfMany };

    public ClaimChangeKind Kind => IsRepair ? ClaimChangeKind.Repair : Body is null ? ClaimChangeKind.Redelivery : ClaimChangeKind.Correction;

    public string Action => Kind switch
    {
        ClaimChangeKind.Repair => AuditActions.Repair,
        ClaimChangeKind.Correction => AuditActions.Correct,
        _ => AuditActions.Redeliver,
    };
}

// The delivery that works on the payment now.
internal sealed record NewDelivery(
    string DeliveryId,
    int Generation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Supersedes,
    bool IsRepeat);

// Whether a payment gets a new delivery; pure.
internal static class RedeliveryRules
{
    // A row has room for so many hashes.
    public const int MaxBodies = 100;

    // Next is the claim to put in this one's place; the same claim where its own delivery is to be started, and null
    // where nothing is changed.
    public static (Answer Answer, Claim? Next) Judge(
        Claim claim, DeliveryStand stand, RedeliveryRequest request, RetentionPolicy retention, string changeId, DateTimeOffset now)
    {
        var correction = request.Body is { } body ? NotificationReader.Read(body) : null;
        if (request.IdempotencyKey is { } key && claim.History.LastOrDefault(change => change.IdempotencyKey == key) is { } made)
        {
            return made.BodyHash == correction?.CanonicalHash
                ? (Done(claim, made, AnswerKind.Repeated), null)
                : (new Answer(AnswerKind.KeyTaken, $"The {OperatorHttp.IdempotencyHeader} was used for a redelivery of this payment with another body."), null);
        }

        var errors = new FieldErrors();
        if (correction is not null)
        {
            JudgeCorrection(claim, correction, errors);
        }

        if (errors.Any)
        {
            return (Answer.Invalid(errors), null);
        }

        if (request.OnlyDeliveries?.Contains(claim.DeliveryId) == false)
        {
            return (new Answer(AnswerKind.Superseded, $"The payment has a later delivery: {claim.State}."), null);
        }

        var (refusal, next) = claim.State == DeliveryState.Open ? JudgeOpen(claim, stand, request) : (JudgeEnded(claim, request, retention, now), null);
        if (refusal is not null)
        {
            return (refusal, null);
        }

        next ??= Next(claim, request, correction, changeId, now);
        return (ReferenceEquals(next, claim) ? Answer.Done(new NewDelivery(claim.DeliveryId, claim.Generation, null, IsRepeat: false)) : Done(claim, next.History[^1], AnswerKind.Done), next);
    }

    private static (Answer? Refusal, Claim? Next) JudgeOpen(Claim claim, DeliveryStand stand, RedeliveryRequest request)
    {
        var isBroken = stand is DeliveryStand.Broken or DeliveryStand.Completed;
        if (!request.IsRepair)
        {
            return (isBroken
                ? new Answer(AnswerKind.Broken, "The delivery is broken: repair it, which starts it again with the same body.", claim.DeliveryId)
                : new Answer(AnswerKind.Open, "The delivery has not ended.", claim.DeliveryId), null);
        }

        return stand switch
        {
            // Claimed and not started, by a crash in between or because its history is gone.
            DeliveryStand.NotStarted => (null, claim),
            _ when isBroken => (null, null),
            DeliveryStand.Late or DeliveryStand.Unreadable when request.Force => (null, null),
            DeliveryStand.Late => (new Answer(AnswerKind.NotBroken, "The delivery is late but has not failed: check that the app runs; if nothing else helps, repair it with force and a reason."), null),
            DeliveryStand.Unreadable => (new Answer(AnswerKind.NotBroken, "The delivery's state cannot be read: try again in a moment; if that does not help, repair it with force and a reason."), null),
            _ => (new Answer(AnswerKind.NotBroken, "The delivery is not broken; there is nothing to repair."), null),
        };
    }

    private static Answer? JudgeEnded(Claim claim, RedeliveryRequest request, RetentionPolicy retention, DateTimeOffset now) =>
        request.IsRepair ? new Answer(AnswerKind.Ended, $"The delivery has ended: {claim.State}.")
        : now - claim.AcceptedAt > retention.Redelivery ? new Answer(
            AnswerKind.TooOld,
            $"The payment was accepted more than {retention.Redelivery.TotalDays:0} days ago ({RetentionPolicy.Section}__{nameof(RetentionPolicy.Claims)}): nothing would find its delivery if that were stuck.")
        : claim.State == DeliveryState.Delivered && !request.Force ? new Answer(AnswerKind.Delivered, "The payment was delivered; with force it is delivered again.")
        : null;

    private static Claim Next(Claim claim, RedeliveryRequest request, NotificationReading? correction, string changeId, DateTimeOffset now)
    {
        var generation = claim.Generation + 1;
        var change = new ClaimChange
        {
            Id = changeId,
            Kind = request.Kind,
            DeliveryId = DeliveryIds.ForDelivery(claim.PaymentId, generation),
            Generation = generation,
            At = now,
            Actor = request.By.Actor,
            Reason = request.By.Reason,
            IdempotencyKey = request.IdempotencyKey,
            BodyHash = correction?.CanonicalHash,
            Ended = claim.State == DeliveryState.Open ? null : new RecordedEnd(claim.State, claim.EndedAt ?? now),
        };
        var next = claim with
        {
            DeliveryId = change.DeliveryId,
            Generation = generation,
            State = DeliveryState.Open,
            EndedAt = null,
            History = ClaimHistory.Add(claim.History, change),
        };

        // The bytes are sent as they were given, also where their content is one that was accepted before. Every hash
        // stays known, so that a late message with any of the bodies is a duplicate and never a conflict.
        return change.BodyHash is not { } hash
            ? next
            : next with { Body = request.Body!.Value, BodyHashes = claim.BodyHashes.Contains(hash) ? claim.BodyHashes : claim.BodyHashes.Add(hash) };
    }

    // Force sets none of these aside: a second content may correct how a result is told, never which payment and result.
    private static void JudgeCorrection(Claim claim, NotificationReading correction, FieldErrors errors)
    {
        foreach (var violation in correction.Refusals)
        {
            errors.Add(BodyField(violation.Field), $"{violation.Rule} (found {violation.Shape})");
        }

        if (correction.Notification is not { } corrected || correction.CanonicalHash is not { } hash)
        {
            return;
        }

        if (corrected.PaymentId != claim.PaymentId)
        {
            errors.Add("body.paymentId", "must be that of the accepted notification");
        }

        if (NotificationReader.Read(claim.Body).Notification is not { } accepted)
        {
            errors.Add("body", "cannot be compared: the accepted notification cannot be read");
            return;
        }

        if (corrected.PaymentRequestId != accepted.PaymentRequestId)
        {
            errors.Add("body.paymentRequestId", "must be that of the accepted notification");
        }

        if (corrected.PaymentResult.ResultStatus != accepted.PaymentResult.ResultStatus)
        {
            errors.Add("body.paymentResult.resultStatus", "must be that of the accepted notification: a reported result is never changed, not even by force");
        }

        if (!claim.BodyHashes.Contains(hash) && claim.BodyHashes.Length >= MaxBodies)
        {
            errors.Add("body", $"is one too many: a payment may have at most {MaxBodies} different contents");
        }
    }

    internal static string BodyField(string field) => field == "$" ? "body" : $"body.{field}";

    private static Answer Done(Claim claim, ClaimChange made, AnswerKind kind) => new(
        kind, string.Empty, new NewDelivery(made.DeliveryId, made.Generation, DeliveryIds.ForDelivery(claim.PaymentId, made.Generation - 1), kind == AnswerKind.Repeated));
}
