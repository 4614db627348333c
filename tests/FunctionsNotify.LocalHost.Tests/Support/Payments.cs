using System.Text;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>Payments as intake would make them.</summary>
internal static class Payments
{
    public static string Body(string paymentId, string code = "RISK_REJECT") =>
        $$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{code}}"},"paymentId":"{{paymentId}}"}""";

    public static Claim Claim(string paymentId, DateTimeOffset now, string messageId = "message-1")
    {
        var body = Encoding.UTF8.GetBytes(Body(paymentId));
        return new Claim
        {
            PaymentId = paymentId,
            DeliveryId = DeliveryIds.ForDelivery(paymentId, 1),
            Body = body,
            BodyHashes = [NotificationReader.Read(body).CanonicalHash!],
            FirstMessageId = messageId,
            AcceptedAt = now,
        };
    }

    public static DeliveryInput Input(Claim claim, DeliveryPolicy policy) => new()
    {
        DeliveryId = claim.DeliveryId,
        PaymentId = claim.PaymentId,
        Body = claim.Body,
        AcceptedAt = claim.AcceptedAt,
        Policy = policy,
    };

    public static AttemptResult Result(AttemptKind kind, DateTimeOffset at, string? code = null) => new()
    {
        Kind = kind,
        StartedAt = at,
        Duration = TimeSpan.FromMilliseconds(3),
        ResultCode = code,
    };

    /// <summary>The claim under its next delivery, as a redelivery makes it.</summary>
    public static Claim Next(Claim seen, DateTimeOffset now, string change = "change-1", string? key = null) => seen with
    {
        DeliveryId = DeliveryIds.ForDelivery(seen.PaymentId, seen.Generation + 1),
        Generation = seen.Generation + 1,
        State = DeliveryState.Open,
        EndedAt = null,
        History = ClaimHistory.Add(seen.History, new ClaimChange
        {
            Id = change,
            Kind = ClaimChangeKind.Redelivery,
            DeliveryId = DeliveryIds.ForDelivery(seen.PaymentId, seen.Generation + 1),
            Generation = seen.Generation + 1,
            At = now,
            Actor = "ann",
            Reason = "why",
            IdempotencyKey = key,
        }),
    };

    /// <summary>The audit entry of a claim's last change.</summary>
    public static AuditEntry Entry(Claim next) => new()
    {
        Id = next.History[^1].Id,
        At = next.History[^1].At,
        Actor = "ann",
        Action = AuditActions.Redeliver,
        PaymentId = next.PaymentId,
        DeliveryId = next.DeliveryId,
        Reason = "why",
        Outcome = AuditEntry.Begun,
    };
}
