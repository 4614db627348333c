using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>Do keys belong where they are. Pure.</summary>
internal static class KeyPairCheck
{
    /// <summary>One check.</summary>
    /// <param name="Check">What was checked.</param>
    /// <param name="IsGood">Whether it holds.</param>
    /// <param name="Detail">What it means.</param>
    public sealed record Finding(string Check, bool IsGood, string Detail);

    /// <summary>The private key and the public key that was made of it, or that Alipay+ shows as uploaded.</summary>
    public static Finding Pair(RSA privateKey, RSA publicKey) => IsSame(privateKey, publicKey)
        ? new("pair", true, "the public key belongs to the private key")
        : new("pair", false, "the public key does not belong to the private key: upload the one that `notify keys public` prints");

    /// <summary>A public key that Alipay+ is said to have handed out.</summary>
    public static Finding AlipayPlus(RSA privateKey, string version, RSA publicKey) => IsSame(privateKey, publicKey)
        ? new($"alipay-plus {version}", false, "this is your own public key, not Alipay+'s: no answer of Alipay+ will verify; take Alipay+'s from its portal")
        : new($"alipay-plus {version}", true, $"is another key than your own, of {publicKey.KeySize} bits");

    /// <summary>A short name of a public key: the first half of its SHA-256, in hexadecimal.</summary>
    public static string Fingerprint(RSA key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..32];

    private static bool IsSame(RSA one, RSA other) => RsaKeys.ExportPublicKeyBase64(one) == RsaKeys.ExportPublicKeyBase64(other);
}
