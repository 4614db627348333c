using System.Text;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>Values that tests start from.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static DeliveryInput Input(DeliveryPolicy? policy = null, string paymentId = "20260301190000000001") => new()
    {
        DeliveryId = DeliveryIds.ForDelivery(paymentId, generation: 1),
        PaymentId = paymentId,
        PaymentRequestId = "request-1",
        Body = Encoding.UTF8.GetBytes("{}"),
        AcceptedAt = Start,
        Policy = policy ?? new DeliveryPolicy(),
    };

    public static Delivery Delivery(DeliveryPolicy? policy = null, string paymentId = "20260301190000000001") =>
        FunctionsNotify.Deliveries.Delivery.Begin(Input(policy, paymentId), Start);

    public static AttemptResult Result(AttemptKind kind, string? code = null, bool slowDown = false, TimeSpan? retryAfter = null) => new()
    {
        Kind = kind,
        StartedAt = Start,
        Duration = TimeSpan.FromMilliseconds(20),
        ResultCode = code,
        SlowDown = slowDown,
        RetryAfter = retryAfter,
        PostponeReason = kind == AttemptKind.Postponed ? PostponeReason.BreakerOpen : null,
    };

    public static DeliveryCommand Command(CommandKind kind, int? expectedAttempt = null, string id = "c-1") =>
        new() { Id = id, Kind = kind, ExpectedAttempt = expectedAttempt, Actor = "tester", Reason = "a test" };
}
