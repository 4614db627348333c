using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>Notification bodies to start from.</summary>
internal static class Bodies
{
    /// <summary>The guide's own sample without its trailing comma.</summary>
    public const string Succeeded =
        """{"paymentResult":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"},"paymentId":"20200101234567890130000","paymentRequestId":"pay_1089760038715669_102775745070000","paymentTime":"2020-01-01T12:01:01+08:30"}""";

    public const string Failed =
        """{"paymentResult":{"resultCode":"RISK_REJECT","resultStatus":"F","resultMessage":"déclinée 拒絶"},"paymentId":"20200101234567890130000"}""";

    public static NotificationReading Read(string body) => NotificationReader.Read(Encoding.UTF8.GetBytes(body));

    /// <summary>Bytes given as Latin-1 text, so that a test can write invalid UTF-8.</summary>
    public static NotificationReading ReadLatin1(string body) => NotificationReader.Read(Encoding.Latin1.GetBytes(body));

    /// <summary>The succeeded payment with one part of its text replaced.</summary>
    public static string Changed(string part, string replacement)
    {
        Assert.Contains(part, Succeeded, StringComparison.Ordinal);
        return Succeeded.Replace(part, replacement, StringComparison.Ordinal);
    }

    /// <summary>The succeeded payment with further fields.</summary>
    public static string With(string fields) => $"{Succeeded[..^1]},{fields}}}";

    /// <summary>The failed payment with that result code, as a JSON string literal.</summary>
    public static string FailedWithCode(string literal) =>
        Failed.Replace("\"RISK_REJECT\"", literal, StringComparison.Ordinal);
}
