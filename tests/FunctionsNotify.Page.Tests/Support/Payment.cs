using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionsNotify.Page.Tests;

/// <summary>A payment of the tests, and its queue message.</summary>
/// <param name="Id">The paymentId.</param>
/// <param name="RequestId">The paymentRequestId.</param>
internal sealed record Payment(string Id, string RequestId)
{
    // Markup stays markup: it is what some tests are about.
    private static readonly JsonSerializerOptions _asItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static int _last;

    /// <summary>A payment that no other test uses, in the form that Alipay+ gives.</summary>
    public static Payment Fresh()
    {
        var number = Interlocked.Increment(ref _last);
        return new Payment(FormattableString.Invariant($"20261124190741010007{number:D13}"), FormattableString.Invariant($"order-{47000 + number}"));
    }

    /// <summary>The notification that the payment succeeded.</summary>
    /// <param name="message">Makes one content differ from another.</param>
    public string Message(string message = "success") => JsonSerializer.Serialize(new
    {
        paymentResult = new { resultCode = "SUCCESS", resultStatus = "S", resultMessage = message },
        paymentId = Id,
        paymentRequestId = RequestId,
        paymentTime = "2026-11-24T12:01:01+08:00",
    }, _asItIs);
}
