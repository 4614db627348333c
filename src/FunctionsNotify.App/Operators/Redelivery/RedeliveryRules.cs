namespace FunctionsNotify.App;

internal static class RedeliveryRules
{
    public const string BodyField = "body";

    public const int MaxBodies = 100;

    public static RedeliveryDecision Judge(Claim claim, RedeliveryRequest request, string changeId, DateTimeOffset now)
    {
        var correction = request.Body is { } body ? NotificationReader.Read(body) : null;
        if (request.IdempotencyKey is { } key && claim.History.LastOrDefault(change => change.IdempotencyKey == key) is { } made)
        {
            return made.BodyHash == correction?.CanonicalHash
                ? new RedeliveryDecision.Repeat(made)
                : Refuse(new RedeliveryAnswer.KeyTaken());
        }

        var errors = new FieldErrors();
        if (correction is not null)
        {
            JudgeCorrection(claim, correction, errors);
        }

        return errors.Any ? Refuse(new RedeliveryAnswer.Invalid(errors.ToDictionary()))
            : request.OnlyDeliveries?.Contains(claim.DeliveryId) == false ? Refuse(new RedeliveryAnswer.Superseded(claim.State))
            : claim.State == DeliveryState.Open ? Refuse(new RedeliveryAnswer.Open(claim.DeliveryId))
            : claim.State == DeliveryState.Delivered && !request.Force ? Refuse(new RedeliveryAnswer.Delivered())
            : new RedeliveryDecision.Make(Next(claim, request, correction, changeId, now));
    }

    public static Claim Reopened(Claim claim, ClaimChangeKind kind, OperatorStatement by, string changeId, DateTimeOffset now, string? key = null, string? bodyHash = null)
    {
        var generation = claim.Generation + 1;
        var change = new ClaimChange
        {
            Id = changeId,
            Kind = kind,
            DeliveryId = DeliveryIds.ForDelivery(claim.PaymentId, generation),
            Generation = generation,
            At = now,
            Actor = by.Actor,
            Reason = by.Reason,
            IdempotencyKey = key,
            BodyHash = bodyHash,
        };
        return claim with
        {
            DeliveryId = change.DeliveryId,
            Generation = generation,
            State = DeliveryState.Open,
            EndedAt = null,
            History = ClaimHistory.Add(claim.History, change),
        };
    }

    private static Claim Next(Claim claim, RedeliveryRequest request, NotificationReading? correction, string changeId, DateTimeOffset now)
    {
        if (correction?.CanonicalHash is not { } hash)
        {
            return Reopened(claim, ClaimChangeKind.Redelivery, request.By, changeId, now, request.IdempotencyKey);
        }

        // The bytes are sent as they were given, also where their content is one that was accepted before. Every hash
        // stays known, so that a late message with any of the bodies is a duplicate and never a conflict.
        return Reopened(claim, ClaimChangeKind.Correction, request.By, changeId, now, request.IdempotencyKey, hash) with
        {
            Body = request.Body!.Value,
            BodyHashes = claim.BodyHashes.Contains(hash) ? claim.BodyHashes : claim.BodyHashes.Add(hash),
        };
    }

    // Force sets none of these aside: a second content may mend how a result is told, never which payment and result.
    private static void JudgeCorrection(Claim claim, NotificationReading correction, FieldErrors errors)
    {
        foreach (var violation in correction.Refusals)
        {
            errors.Add(violation.Field == "$" ? BodyField : $"{BodyField}.{violation.Field}", $"{violation.Rule} (found {violation.Shape})");
        }

        if (correction.Notification is not { } corrected || correction.CanonicalHash is not { } hash)
        {
            return;
        }

        if (corrected.PaymentId != claim.PaymentId)
        {
            errors.Add($"{BodyField}.paymentId", "must be that of the accepted notification");
        }

        if (NotificationReader.Read(claim.Body).Notification is not { } accepted)
        {
            errors.Add(BodyField, "cannot be compared: the accepted notification cannot be read");
            return;
        }

        if (corrected.PaymentRequestId != accepted.PaymentRequestId)
        {
            errors.Add($"{BodyField}.paymentRequestId", "must be that of the accepted notification");
        }

        if (corrected.PaymentResult.ResultStatus != accepted.PaymentResult.ResultStatus)
        {
            errors.Add($"{BodyField}.paymentResult.resultStatus", "must be that of the accepted notification: a result that was told is never turned into another, also not by force");
        }

        if (!claim.BodyHashes.Contains(hash) && claim.BodyHashes.Length >= MaxBodies)
        {
            errors.Add(BodyField, $"is one too many: a payment may have at most {MaxBodies} different contents");
        }
    }

    private static RedeliveryDecision.Refuse Refuse(RedeliveryAnswer answer) => new(answer);
}
