using System.Text;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>Values that most tests start from.</summary>
internal static class Given
{
    public static readonly DateTimeOffset AcceptedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{ "paymentResult" : {"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Zahlung erfolgreich ✓"}, "paymentId":"20260304", "paymentRequestId":"r-1","paymentTime":"2026-03-04T05:06:07+08:30" }""");

    public static Claim Claim(string paymentId, string hash = "aa", byte[]? body = null) => new()
    {
        PaymentId = paymentId,
        PaymentRequestId = "r-1",
        DeliveryId = DeliveryIds.ForDelivery(paymentId, 1),
        Body = body ?? Body,
        BodyHashes = [hash],
        FirstMessageId = Guid.NewGuid().ToString(),
        AcceptedAt = AcceptedAt.AddTicks(1_234_567),
    };

    public static DeliveryIndexRow IndexRow(string paymentId, long sequence) => new()
    {
        DeliveryId = DeliveryIds.ForDelivery(paymentId, 1),
        PaymentId = paymentId,
        PaymentRequestId = "r-1",
        AcceptedAt = AcceptedAt.AddTicks(7),
        State = DeliveryState.Open,
        AttemptCount = 2,
        NextDueAt = AcceptedAt.AddMinutes(1),
        LastKind = AttemptKind.Unknown,
        LastResultCode = "UNKNOWN_EXCEPTION",
        Sequence = sequence,
    };

    public static string NewPaymentId() => "p" + Guid.NewGuid().ToString("N");
}
