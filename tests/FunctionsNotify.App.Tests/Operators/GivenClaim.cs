using System.Text;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>Claims with bodies that intake would have accepted.</summary>
internal static class GivenClaim
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static OperatorStatement By { get; } = new("ann", "asked by phone");

    public static byte[] Body(string paymentId = "p-1", string status = "F", string? requestId = "r-1", string code = "RISK_REJECT") => Encoding.UTF8.GetBytes(
        $$"""{"paymentResult":{"resultStatus":"{{status}}","resultCode":"{{(status == "S" ? "SUCCESS" : code)}}"},"paymentId":"{{paymentId}}"{{(requestId is null ? "" : $",\"paymentRequestId\":\"{requestId}\"")}}{{(status == "S" ? ",\"paymentTime\":\"2026-03-01T12:00:00+08:00\"" : "")}}}""");

    public static string Hash(byte[] body) => NotificationReader.Read(body).CanonicalHash!;

    public static Claim Of(DeliveryState state = DeliveryState.Exhausted, byte[]? body = null, string paymentId = "p-1") => new()
    {
        PaymentId = paymentId,
        PaymentRequestId = "r-1",
        DeliveryId = DeliveryIds.ForPayment(paymentId),
        Body = body ?? Body(paymentId),
        BodyHashes = [Hash(body ?? Body(paymentId))],
        FirstMessageId = "m-1",
        AcceptedAt = Now.AddHours(-1),
        State = state,
        EndedAt = state == DeliveryState.Open ? null : Now,
    };
}
