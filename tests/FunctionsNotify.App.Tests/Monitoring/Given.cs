using System.Text;

namespace FunctionsNotify.App.Tests.Monitoring;

/// <summary>Values that tests start from.</summary>
internal static class Given
{
    public const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static string NewPayment() => "p" + Guid.NewGuid().ToString("N");

    public static IntakeReading Reading(string paymentId, string? traceParent = null, params Violation[] violations) => new(
        new DecodedMessage { Notification = Body(paymentId), TraceParent = traceParent, Violations = violations },
        NotificationReader.Read(Body(paymentId)));

    public static Delivery Attempt(string paymentId, int number = 1, string? traceParent = TraceParent)
    {
        var delivery = Delivery.Begin(Input(paymentId, traceParent), Start);
        return Enumerable.Range(1, number - 1).Aggregate(delivery, (before, _) => before.Apply(Result(AttemptKind.Unknown), Start).TimerFired());
    }

    public static AttemptResult Result(AttemptKind kind, string? code = null) => new()
    {
        Kind = kind,
        StartedAt = Start,
        Duration = TimeSpan.FromMilliseconds(250),
        ResultCode = code,
        PostponeReason = kind == AttemptKind.Postponed ? PostponeReason.LimiterFull : null,
    };

    public static Delivery Ended(string paymentId, string? traceParent = TraceParent) =>
        Delivery.Begin(Input(paymentId, traceParent), Start).Apply(Result(AttemptKind.Acknowledged, "SUCCESS"), Start.AddSeconds(1));

    private static DeliveryInput Input(string paymentId, string? traceParent) => new()
    {
        DeliveryId = "np-" + paymentId,
        PaymentId = paymentId,
        Body = Body(paymentId),
        AcceptedAt = Start,
        Policy = new DeliveryPolicy(),
        TraceParent = traceParent,
    };

    private static byte[] Body(string paymentId) =>
        Encoding.UTF8.GetBytes($$"""{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"{{paymentId}}"}""");
}
