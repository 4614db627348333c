using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Reads RSA keys as they are exchanged with Alipay+: PEM, or one line of base64 without PEM marks; private keys in
/// PKCS#8 (or PKCS#1), public keys as SubjectPublicKeyInfo. <c>[sdk]</c>
/// </summary>
public static class RsaKeys
{
    /// <summary>The shortest key that is accepted, in bits. <c>[sdk]</c></summary>
    public const int MinKeySize = 2048;

    private const string PrivatePkcs8 = "PRIVATE KEY";
    private const string PrivatePkcs1 = "RSA PRIVATE KEY";
    private const string PrivateEncrypted = "ENCRYPTED PRIVATE KEY";
    private const string PublicSpki = "PUBLIC KEY";
    private const string PublicPkcs1 = "RSA PUBLIC KEY";

    private const string PrivateRule = "expected an RSA private key in PKCS#8, as PEM or as one line of base64";
    private const string PublicRule = "expected an RSA public key (SubjectPublicKeyInfo), as PEM or as one line of base64";

    /// <summary>Reads a private key and proves that it can sign.</summary>
    /// <param name="text">PEM or bare base64; <c>\n</c> written as two characters counts as a line end.</param>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="KeyFormatException">The text is no RSA private key of at least <see cref="MinKeySize"/> bits.</exception>
    public static RSA ReadPrivateKey(string text)
    {
        var (label, der) = Unwrap(text, PrivateRule, PrivatePkcs8, PrivatePkcs1);
        try
        {
            var rsa = TryRead(label, der, PrivatePkcs8, PrivatePkcs1)
                ?? throw new KeyFormatException($"{PrivateRule}; found {ShapeOf(label, der)}.");
            return Checked(rsa, PrivateRule, canSign: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Reads a public key.</summary>
    /// <param name="text">PEM or bare base64; <c>\n</c> written as two characters counts as a line end.</param>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="KeyFormatException">The text is no RSA public key of at least <see cref="MinKeySize"/> bits.</exception>
    public static RSA ReadPublicKey(string text)
    {
        var (label, der) = Unwrap(text, PublicRule, PublicSpki, PublicPkcs1);
        try
        {
            var rsa = TryRead(label, der, PublicSpki, PublicPkcs1)
                ?? throw new KeyFormatException($"{PublicRule}; found {ShapeOf(label, der)}.");
            return Checked(rsa, PublicRule, canSign: false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>The public key in the form that is uploaded to Alipay+: SubjectPublicKeyInfo as one line of base64. <c>[sdk]</c></summary>
    /// <param name="key">A private or public key.</param>
    public static string ExportPublicKeyBase64(RSA key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    private static (string? Label, byte[] Der) Unwrap(string text, string rule, params ReadOnlySpan<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(text);
        // A PEM in an environment variable often has its line ends written out.
        var unescaped = text.Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Trim();
        if (unescaped.Length == 0)
        {
            throw new KeyFormatException($"{rule}; found an empty text.");
        }

        if (unescaped.Contains("-----", StringComparison.Ordinal))
        {
            return UnwrapPem(unescaped, rule, wanted);
        }

        var base64 = string.Concat(unescaped.Where(character => !char.IsWhiteSpace(character)));
        var der = new byte[(base64.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(base64, der, out var written) || written == 0)
        {
            throw new KeyFormatException($"{rule}; found a text of {text.Length} characters that is neither.");
        }

        var exact = der.AsSpan(0, written).ToArray();
        CryptographicOperations.ZeroMemory(der);
        return (null, exact);
    }

    private static (string Label, byte[] Der) UnwrapPem(string text, string rule, ReadOnlySpan<string> wanted)
    {
        string? firstLabel = null;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label].ToString();
            firstLabel ??= label;
            if (wanted.Contains(label))
            {
                var der = new byte[fields.DecodedDataLength];
                return Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out _)
                    ? (label, der)
                    : throw new KeyFormatException($"{rule}; found a PEM block \"{label}\" that is not base64.");
            }

            rest = rest[fields.Location.End..];
        }

        throw new KeyFormatException($"{rule}; found {ShapeOfPem(firstLabel)}.");
    }

    private static string ShapeOfPem(string? label) => label switch
    {
        null => "a PEM text that is damaged or cut off",
        PrivateEncrypted => "an encrypted private key: decrypt it first",
        PublicSpki or PublicPkcs1 => "a public key",
        PrivatePkcs8 or PrivatePkcs1 => "a private key",
        _ => $"a PEM block \"{(label.Length > 40 ? label[..40] : label)}\"",
    };

    private static string ShapeOf(string? label, byte[] der)
    {
        if (label is not null)
        {
            return $"a PEM block \"{label}\" whose content is no RSA key of that kind";
        }

        foreach (var (candidate, shape) in new[] { (PublicSpki, "a public key"), (PublicPkcs1, "a public key"), (PrivatePkcs8, "a private key"), (PrivatePkcs1, "a private key") })
        {
            using var rsa = TryImport(candidate, der);
            if (rsa is not null)
            {
                return shape;
            }
        }

        return $"base64 of {der.Length} bytes that are no RSA key";
    }

    private static RSA? TryRead(string? label, byte[] der, params ReadOnlySpan<string> labels)
    {
        if (label is not null)
        {
            return TryImport(label, der);
        }

        foreach (var candidate in labels)
        {
            if (TryImport(candidate, der) is { } rsa)
            {
                return rsa;
            }
        }

        return null;
    }

    private static RSA? TryImport(string label, byte[] der)
    {
        var rsa = RSA.Create();
        try
        {
            int read;
            switch (label)
            {
                case PrivatePkcs8:
                    rsa.ImportPkcs8PrivateKey(der, out read);
                    break;
                case PrivatePkcs1:
                    rsa.ImportRSAPrivateKey(der, out read);
                    break;
                case PublicSpki:
                    rsa.ImportSubjectPublicKeyInfo(der, out read);
                    break;
                default:
                    rsa.ImportRSAPublicKey(der, out read);
                    break;
            }

            if (read == der.Length)
            {
                return rsa;
            }
        }
        catch (CryptographicException)
        {
            // Not this format: the caller tries the next one or says what was found.
        }

        rsa.Dispose();
        return null;
    }

    private static RSA Checked(RSA rsa, string rule, bool canSign)
    {
        try
        {
            if (rsa.KeySize < MinKeySize)
            {
                throw new KeyFormatException($"{rule}, of at least {MinKeySize} bits; found {rsa.KeySize} bits.");
            }

            if (canSign && !SignsForItself(rsa))
            {
                throw new KeyFormatException($"{rule}; found a private key whose numbers do not belong together.");
            }

            return rsa;
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    // The platform imports a damaged key without complaint and then makes signatures that nobody accepts.
    private static bool SignsForItself(RSA rsa)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        try
        {
            var signature = rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
