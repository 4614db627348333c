using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// A key could not be used. The message names the rule and the shape of what was given, never the key and never the
/// setting: the caller knows which setting it read.
/// </summary>
public sealed class KeyFormatException(string message, Exception? innerException = null) : FormatException(message, innerException);

/// <summary>What a key version may look like; Alipay+ counts 1, 2, 3 …</summary>
public static partial class KeyVersions
{
    public const string Rule = "1-32 letters, digits, '.', '_' and '-'";

    internal const string Pattern = "[0-9A-Za-z._-]{1,32}";

    public static bool IsValid(string? version) => version is not null && Whole().IsMatch(version);

    internal static string Checked(string version) => IsValid(version)
        ? version
        : throw new ArgumentException($"A key version is {Rule}; found {version.Length} characters.", nameof(version));

    [GeneratedRegex($@"\A{Pattern}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}

/// <summary>
/// Reads RSA keys as they are exchanged with Alipay+: PEM, or one line of base64 without PEM marks; private keys in
/// PKCS#8 (or PKCS#1), public keys as SubjectPublicKeyInfo.
/// </summary>
public static class RsaKeys
{
    public const int MinKeySize = 2048;

    private const string PrivateRule = "expected an RSA private key in PKCS#8, as PEM or as one line of base64";
    private const string PublicRule = "expected an RSA public key (SubjectPublicKeyInfo), as PEM or as one line of base64";

    private static readonly string[] Labels = ["PRIVATE KEY", "PUBLIC KEY", "RSA PRIVATE KEY", "RSA PUBLIC KEY"];

    /// <summary>Reads a private key and proves that it can sign.</summary>
    /// <exception cref="KeyFormatException">The text is no RSA private key of at least <see cref="MinKeySize"/> bits.</exception>
    public static RSA ReadPrivateKey(string text) => Read(text, PrivateRule, wantsPrivate: true);

    /// <exception cref="KeyFormatException">The text is no RSA public key of at least <see cref="MinKeySize"/> bits.</exception>
    public static RSA ReadPublicKey(string text) => Read(text, PublicRule, wantsPrivate: false);

    /// <summary>The public key in the form that is uploaded to Alipay+: SubjectPublicKeyInfo as one line of base64.</summary>
    public static string ExportPublicKeyBase64(RSA key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <summary>A copy for each thread: .NET promises thread safety for no RSA instance.</summary>
    internal static ThreadLocal<RSA> ForEachThread(RSA key, bool withPrivateKey)
    {
        var parameters = key.ExportParameters(withPrivateKey);
        return new ThreadLocal<RSA>(() => RSA.Create(parameters));
    }

    private static RSA Read(string text, string rule, bool wantsPrivate)
    {
        // A PEM in an environment variable often has its line ends written out.
        var pem = text.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Trim();
        var candidates = pem.Contains("-----", StringComparison.Ordinal) ? [pem] : Labels.Select(label => $"-----BEGIN {label}-----\n{pem}\n-----END {label}-----");
        foreach (var candidate in candidates)
        {
            var rsa = RSA.Create();
            try
            {
                rsa.ImportFromPem(candidate);
                if (candidate.Contains("PRIVATE KEY-----", StringComparison.Ordinal) != wantsPrivate)
                {
                    throw new KeyFormatException($"{rule}; found a {(wantsPrivate ? "public" : "private")} key.");
                }

                Check(rsa, rule, wantsPrivate);
                return rsa;
            }
            catch (Exception fault) when (fault is ArgumentException or CryptographicException)
            {
                // Not this form.
                rsa.Dispose();
            }
            catch
            {
                rsa.Dispose();
                throw;
            }
        }

        throw new KeyFormatException($"{rule}; found {Shape(pem)}.");
    }

    private static void Check(RSA rsa, string rule, bool signs)
    {
        if (rsa.KeySize < MinKeySize)
        {
            throw new KeyFormatException($"{rule}, of at least {MinKeySize} bits; found {rsa.KeySize} bits.");
        }

        if (signs && !SignsForItself(rsa))
        {
            throw new KeyFormatException($"{rule}; found a private key whose numbers do not belong together.");
        }
    }

    // The platform imports a damaged key without complaint and then makes signatures that nobody accepts.
    private static bool SignsForItself(RSA rsa)
    {
        byte[] content = [1];
        try
        {
            var signature = rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string Shape(string text) => text switch
    {
        "" => "an empty text",
        _ when text.Contains("BEGIN ENCRYPTED", StringComparison.Ordinal) => "an encrypted private key: decrypt it first",
        _ when text.Contains("-----", StringComparison.Ordinal) => "a PEM text that is damaged, or holds another kind of key or several",
        _ => $"a text of {text.Length} characters that is neither",
    };
}
