using System.Text;
using FunctionsNotify.App.Tests.Replay;

namespace FunctionsNotify.App.Tests;

/// <summary>Values that tests start from.</summary>
internal static class Given
{
    public const string PaymentId = "20260301190000000001";

    public const string Body = """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT","resultMessage":"gr\u00fc\u00df 付款 + </>"},"paymentId":"20260301190000000001"}""";

    public static readonly DateTimeOffset Start = new(World.Start);

    public static DeliveryInput Input(DeliveryPolicy? policy = null, string paymentId = PaymentId, string body = Body) => new()
    {
        DeliveryId = DeliveryIds.ForDelivery(paymentId, generation: 1),
        PaymentId = paymentId,
        PaymentRequestId = "request-1",
        Body = Encoding.UTF8.GetBytes(body),
        AcceptedAt = Start.AddSeconds(-1),
        Policy = policy ?? new DeliveryPolicy(),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        TraceState = "vendor=1",
    };

    public static AttemptResult Result(AttemptKind kind, string? code = null) => new()
    {
        Kind = kind,
        StartedAt = Start,
        Duration = TimeSpan.FromMilliseconds(20),
        ResultCode = code,
        PostponeReason = kind == AttemptKind.Postponed ? PostponeReason.BreakerOpen : null,
    };

    public static Delivery Ended(AttemptKind kind = AttemptKind.Acknowledged) => Delivery.Begin(Input(), Start).Apply(Result(kind, "CODE"), Start.AddSeconds(1));
}
