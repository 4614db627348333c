using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Signs with a private key held in this process: SHA-256 with RSA, PKCS#1 v1.5 <c>[family]</c>. Thread-safe; many
/// threads sign at the same time.
/// </summary>
public sealed class PemRequestSigner : IRequestSigner, IDisposable
{
    private readonly RsaPool _keys;
    private readonly string _keyVersion;

    /// <summary>Takes a copy of the key.</summary>
    /// <param name="privateKey">The private key; the caller keeps and disposes it.</param>
    /// <param name="keyVersion">The version that Alipay+ knows the public key by, see <see cref="KeyVersions"/>.</param>
    /// <exception cref="ArgumentException">The key version cannot stand in a header.</exception>
    public PemRequestSigner(RSA privateKey, string keyVersion)
    {
        KeyVersions.ThrowIfInvalid(keyVersion);
        _keys = new RsaPool(privateKey, withPrivateKey: true);
        _keyVersion = keyVersion;
    }

    /// <summary>Reads the key, see <see cref="RsaKeys.ReadPrivateKey"/>.</summary>
    /// <param name="privateKey">PEM or bare base64.</param>
    /// <param name="keyVersion">The version that Alipay+ knows the public key by.</param>
    /// <exception cref="KeyFormatException">The text is no usable private key.</exception>
    /// <exception cref="ArgumentException">The key version cannot stand in a header.</exception>
    public static PemRequestSigner FromText(string privateKey, string keyVersion)
    {
        using var key = RsaKeys.ReadPrivateKey(privateKey);
        return new PemRequestSigner(key, keyVersion);
    }

    /// <inheritdoc/>
    public ValueTask<SigningResult> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult<SigningResult>(new SigningResult.Success(Sign(content.Span), _keyVersion));
        }
        catch (Exception fault) when (fault is CryptographicException or ObjectDisposedException)
        {
            return ValueTask.FromResult<SigningResult>(new SigningResult.Fault($"The private key could not sign ({fault.GetType().Name})."));
        }
    }

    /// <summary>The raw signature over the content.</summary>
    /// <param name="content">The exact bytes to sign, see <see cref="SignatureContent"/>.</param>
    /// <exception cref="CryptographicException">The platform could not sign.</exception>
    /// <exception cref="ObjectDisposedException">The signer was disposed.</exception>
    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        var key = _keys.Rent();
        try
        {
            var signature = new byte[_keys.SignatureLength];
            key.SignHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return signature;
        }
        finally
        {
            _keys.Return(key);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _keys.Dispose();
}
