using System.Collections.Frozen;
using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The other side's public keys by version, several at a time, so that a new key can be added before the old one ends
/// <c>[sdk]</c>. Checks responses here and requests in the simulator. Thread-safe.
/// </summary>
public sealed class PublicKeyRing : IDisposable
{
    private const string FilePattern = "*.pem";

    private readonly FrozenDictionary<string, RsaPool> _keys;

    /// <summary>Takes copies of the keys.</summary>
    /// <param name="keys">The public keys by version; the caller keeps and disposes them.</param>
    /// <exception cref="ArgumentException">A version is not valid or appears twice, see <see cref="KeyVersions"/>.</exception>
    public PublicKeyRing(IEnumerable<KeyValuePair<string, RSA>> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var pools = new Dictionary<string, RsaPool>(StringComparer.Ordinal);
        foreach (var (version, key) in keys)
        {
            KeyVersions.ThrowIfInvalid(version);
            pools.Add(version, new RsaPool(key, withPrivateKey: false));
        }

        _keys = pools.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The known versions.</summary>
    public IReadOnlyCollection<string> Versions => _keys.Keys;

    /// <summary>Reads the keys, see <see cref="RsaKeys.ReadPublicKey"/>.</summary>
    /// <param name="keys">PEM or bare base64 by version.</param>
    /// <exception cref="KeyFormatException">A text is no usable public key; the message names its version.</exception>
    public static PublicKeyRing FromTexts(IEnumerable<KeyValuePair<string, string>> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var read = new List<KeyValuePair<string, RSA>>();
        try
        {
            foreach (var (version, text) in keys)
            {
                try
                {
                    read.Add(new(version, RsaKeys.ReadPublicKey(text)));
                }
                catch (KeyFormatException fault)
                {
                    throw new KeyFormatException($"Public key {version}: {fault.Message}", fault);
                }
            }

            return new PublicKeyRing(read);
        }
        finally
        {
            read.ForEach(entry => entry.Value.Dispose());
        }
    }

    /// <summary>Reads a folder that holds one file <c>&lt;version&gt;.pem</c> per key; other files are left alone. <c>[decided]</c></summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="KeyFormatException">A file is no usable public key; the message names its version.</exception>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    public static PublicKeyRing FromFolder(string folder) => FromTexts(ReadFolder(folder));

    /// <summary>Checks a Signature header against the content.</summary>
    /// <param name="content">The exact signed bytes, see <see cref="SignatureContent"/>.</param>
    /// <param name="signatureHeader">The Signature header's value; null when there is none.</param>
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

        if (header.Algorithm is not null && !header.Algorithm.Equals(SignatureHeader.Rsa256, StringComparison.OrdinalIgnoreCase))
        {
            return new Verification(VerificationStatus.UnsupportedAlgorithm, header.KeyVersion);
        }

        return _keys.TryGetValue(header.KeyVersion, out var pool)
            ? new Verification(Matches(pool, content, header.Signature.Span) ? VerificationStatus.Valid : VerificationStatus.BadSignature, header.KeyVersion)
            : new Verification(VerificationStatus.UnknownKeyVersion, header.KeyVersion);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        foreach (var pool in _keys.Values)
        {
            pool.Dispose();
        }
    }

    internal static IEnumerable<KeyValuePair<string, string>> ReadFolder(string folder) =>
        Directory.EnumerateFiles(folder, FilePattern)
            .Order(StringComparer.Ordinal)
            .Select(file => KeyValuePair.Create(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)));

    private static bool Matches(RsaPool pool, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != pool.SignatureLength)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        var key = pool.Rent();
        try
        {
            return key.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            pool.Return(key);
        }
    }
}
