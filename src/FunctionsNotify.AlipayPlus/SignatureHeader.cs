using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The Signature header: <c>algorithm=RSA256,keyVersion=1,signature=…</c>, where the signature is percent-encoded
/// standard base64.
/// </summary>
public sealed record SignatureHeader
{
    public const string HeaderName = "Signature";

    /// <summary>The only algorithm: SHA-256 with RSA, PKCS#1 v1.5.</summary>
    public const string Rsa256 = "RSA256";

    /// <summary>The longest header that is read, in characters; a key of 16,384 bits needs about 3,000.</summary>
    public const int MaxLength = 8192;

    private static readonly HashSet<string> Names = new(["algorithm", "keyVersion", "signature"], StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private SignatureHeader(string? algorithm, string? keyVersion, byte[] signature)
    {
        Algorithm = algorithm;
        KeyVersion = keyVersion;
        Signature = signature;
    }

    /// <summary>The named algorithm; null when the header names none.</summary>
    public string? Algorithm { get; }

    /// <summary>The named version of the key that signed; null when the header names none that could be one.</summary>
    public string? KeyVersion { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    public static string Format(string keyVersion, ReadOnlySpan<byte> signature) =>
        $"algorithm={Rsa256},keyVersion={KeyVersions.Checked(keyVersion)},signature={Uri.EscapeDataString(Convert.ToBase64String(signature))}";

    /// <summary>
    /// Reads defensively: pairs in any order and case, with blanks and foreign pairs between them; only %xx is decoded
    /// (form decoding would turn + into a blank); -_ and missing padding are accepted.
    /// </summary>
    /// <returns>False when the signature is missing, a pair is doubled, or the signature is not base64 after one decoding.</returns>
    public static bool TryParse(string? value, [NotNullWhen(true)] out SignatureHeader? header)
    {
        header = null;
        if (value is null || value.Length > MaxLength)
        {
            return false;
        }

        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in value.Split(','))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var part] && Names.Contains(name) && !pairs.TryAdd(name, part))
            {
                return false;
            }
        }

        if (!pairs.TryGetValue("signature", out var text) || Decode(text) is not { } signature)
        {
            return false;
        }

        var keyVersion = pairs.GetValueOrDefault("keyVersion");
        header = new SignatureHeader(pairs.GetValueOrDefault("algorithm"), KeyVersions.IsValid(keyVersion) ? keyVersion : null, signature);
        return true;
    }

    private static byte[]? Decode(string text)
    {
        var base64 = Uri.UnescapeDataString(text).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        // The platform's decoder passes over blanks.
        return base64.Length > 0 && !base64.AsSpan().ContainsAnyExcept(Base64UrlCharacters) && Base64Url.IsValid(base64)
            ? Base64Url.DecodeFromChars(base64)
            : null;
    }
}
