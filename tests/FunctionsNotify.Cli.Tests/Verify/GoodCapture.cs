using System.Security.Cryptography;
using System.Text;
using CsCheck;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Captures that hold, and the keys around them.</summary>
internal static class GoodCapture
{
    public const string ClientId = "SANDBOX_5YDEVELOPMENT";

    // Made once: a key takes longer than a thousand checks.
    public static RSA Own { get; } = RSA.Create(2048);

    public static RSA AlipayPlus { get; } = RSA.Create(2048);

    public static RSA AlipayPlusNext { get; } = RSA.Create(2048);

    /// <summary>Alipay+'s keys 1 and 2, and our own, as for an answer.</summary>
    public static IReadOnlyList<CheckKey> ResponseKeys { get; } =
        [new("1", AlipayPlus, IsOther: false), new("2", AlipayPlusNext, IsOther: false), new(null, Own, IsOther: true)];

    /// <summary>Our own key, and Alipay+'s, as for a request.</summary>
    public static IReadOnlyList<CheckKey> RequestKeys { get; } =
        [new(null, Own, IsOther: false), new("1", AlipayPlus, IsOther: true)];

    private static readonly string[] _messages = ["abgelehnt: Größe", "拒绝 a/b", "é / ü", "naïve: x, y"];

    /// <summary>A body as senders write it: compact, with text outside ASCII and what escapes differently.</summary>
    public static Gen<byte[]> Bodies { get; } =
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Bool, Gen.Int[0, 3]).Select((number, isGood, message) =>
            Encoding.UTF8.GetBytes($$$"""{"paymentResult":{"resultStatus":"{{{(isGood ? "S" : "F")}}}","resultCode":"{{{(isGood ? "SUCCESS" : "RISK_REJECT")}}}","resultMessage":"{{{_messages[message]}}}"},"paymentId":"2026{{{number:D12}}}","extra":[]}"""));

    public static Gen<string> RequestTimes { get; } =
        Gen.Int[0, 10_000_000].Select(seconds => DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000L + seconds).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Requests and answers.</summary>
    public static Gen<SignedCapture> All { get; } = Gen.Select(Gen.Bool, Bodies, RequestTimes).Select((isResponse, body, time) => Signed(isResponse, body, time));

    public static IReadOnlyList<CheckKey> KeysOf(SignedCapture capture) => capture.IsResponse ? ResponseKeys : RequestKeys;

    public static SignedCapture Signed(bool isResponse, byte[] body, string time, Func<byte[], byte[]>? signedBody = null, Func<string, string>? head = null, RSA? key = null)
    {
        var signedHead = $"POST {NotifyPushPayment.Path}\n{ClientId}.{time}.";
        byte[] content = [.. Encoding.UTF8.GetBytes(head is null ? signedHead : head(signedHead)), .. signedBody is null ? body : signedBody(body)];
        var signature = (key ?? (isResponse ? AlipayPlus : Own)).SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new SignedCapture
        {
            IsResponse = isResponse,
            Method = "POST",
            Path = NotifyPushPayment.Path,
            Host = "open-na.alipayplus.com",
            ClientId = ClientId,
            Time = time,
            OtherTime = isResponse ? "2026-03-01T00:00:00Z" : null,
            Signature = SignatureHeader.Format("1", signature),
            Body = body,
        };
    }
}
