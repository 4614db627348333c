using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>What checking a signature came to. The default value is not "valid".</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationStatus>))]
public enum VerificationStatus
{
    NotSigned = 0,

    /// <summary>The signature belongs to the content and to a key that we know.</summary>
    Valid,

    /// <summary>The Signature header, or another header that is part of the signed content, is missing, doubled or cannot be read.</summary>
    Malformed,

    /// <summary>The header names an algorithm other than RSA256.</summary>
    UnsupportedAlgorithm,

    /// <summary>No public key of the named version is configured, and none of the configured ones made the signature.</summary>
    UnknownKeyVersion,

    /// <summary>The signature does not belong to the content.</summary>
    BadSignature,

    /// <summary>The Client-Id header is not ours.</summary>
    WrongClientId,
}

/// <param name="Status">The verdict.</param>
/// <param name="KeyVersion">The key version that the header named, where it could be read.</param>
/// <param name="IsUnannounced">Valid by a configured key although the header names none of them.</param>
public readonly record struct Verification(VerificationStatus Status, string? KeyVersion = null, bool IsUnannounced = false)
{
    public bool IsValid => Status == VerificationStatus.Valid;

    public string Describe() => Status switch
    {
        VerificationStatus.Valid => "validly signed",
        VerificationStatus.NotSigned => "not signed",
        VerificationStatus.Malformed => "signature headers missing or unreadable",
        VerificationStatus.UnsupportedAlgorithm => "signed with an algorithm other than RSA256",
        VerificationStatus.UnknownKeyVersion => KeyVersion is null ? "signed without a key version and with no known key" : $"signed with the unknown key version {KeyVersion}",
        VerificationStatus.BadSignature => $"signature does not match (key version {KeyVersion})",
        VerificationStatus.WrongClientId => "signed for another Client-Id",
        _ => "signature not checked",
    };
}

/// <summary>
/// The other side's public keys by version, several at a time, so that a new key can be added before the old one ends.
/// Checks answers here and requests in the simulator. Thread-safe.
/// </summary>
public sealed class PublicKeyRing : IDisposable
{
    private readonly FrozenDictionary<string, ThreadLocal<RSA>> _keys;

    /// <param name="keys">The public keys by version; copied, the caller keeps and disposes them.</param>
    public PublicKeyRing(IEnumerable<KeyValuePair<string, RSA>> keys) => _keys = keys.ToFrozenDictionary(
        entry => KeyVersions.Checked(entry.Key), entry => RsaKeys.ForEachThread(entry.Value, withPrivateKey: false), StringComparer.Ordinal);

    public IReadOnlyCollection<string> Versions => _keys.Keys;

    /// <param name="keys">PEM or bare base64 by version.</param>
    /// <exception cref="KeyFormatException">A text is no usable public key; the message names its version.</exception>
    public static PublicKeyRing FromTexts(IEnumerable<KeyValuePair<string, string>> keys)
    {
        var read = keys.Select(entry => KeyValuePair.Create(entry.Key, Read(entry.Key, entry.Value))).ToList();
        try
        {
            return new PublicKeyRing(read);
        }
        finally
        {
            read.ForEach(entry => entry.Value.Dispose());
        }

        static RSA Read(string version, string text)
        {
            try
            {
                return RsaKeys.ReadPublicKey(text);
            }
            catch (KeyFormatException fault)
            {
                throw new KeyFormatException($"Public key {version}: {fault.Message}", fault);
            }
        }
    }

    /// <summary>
    /// Checks a Signature header against the content. The named version is a hint: an unknown or missing one is tried
    /// against every key.
    /// </summary>
    /// <returns>The verdict; never an exception for what the other side sent.</returns>
    public Verification Verify(ReadOnlySpan<byte> content, string? signatureHeader)
    {
        if (string.IsNullOrWhiteSpace(signatureHeader))
        {
            return new Verification(VerificationStatus.NotSigned);
        }

        if (!SignatureHeader.TryParse(signatureHeader, out var header))
        {
            return new Verification(VerificationStatus.Malformed);
        }

        var version = header.KeyVersion;
        if (header.Algorithm is not null && !header.Algorithm.Equals(SignatureHeader.Rsa256, StringComparison.OrdinalIgnoreCase))
        {
            return new Verification(VerificationStatus.UnsupportedAlgorithm, version);
        }

        if (version is not null && _keys.TryGetValue(version, out var named))
        {
            return new Verification(Matches(named, content, header) ? VerificationStatus.Valid : VerificationStatus.BadSignature, version);
        }

        foreach (var key in _keys.Values)
        {
            if (Matches(key, content, header))
            {
                return new Verification(VerificationStatus.Valid, version, IsUnannounced: true);
            }
        }

        return new Verification(VerificationStatus.UnknownKeyVersion, version);
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private static bool Matches(ThreadLocal<RSA> key, ReadOnlySpan<byte> content, SignatureHeader header)
    {
        try
        {
            return key.Value!.VerifyData(content, header.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
