using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus.Tests;

/// <summary>A key pair that stands for Alipay+'s, made once per run.</summary>
internal static class TestKeys
{
    public const string AlipayKeyVersion = "7";

    public const string ClientId = "SANDBOX_TEST0001";

    private static readonly RSA Alipay = RSA.Create(2048);

    public static string AlipayPublicKey { get; } = RsaKeys.ExportPublicKeyBase64(Alipay);

    public static PemRequestSigner AlipaySigner { get; } = new(Alipay, AlipayKeyVersion);

    public static PublicKeyRing AlipayRing { get; } = PublicKeyRing.FromTexts([new(AlipayKeyVersion, AlipayPublicKey)]);

    public static ResponseVerifier Verifier { get; } = new(AlipayRing, ClientId);

    public static string SignResponse(string responseTime, ReadOnlySpan<byte> body, string clientId = ClientId) =>
        SignatureHeader.Format(
            AlipayKeyVersion, AlipaySigner.Sign(SignatureContent.Build(NotifyPushPayment.Path, clientId, responseTime, body)));
}
