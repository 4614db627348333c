using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Signs a request: SHA-256 with RSA, PKCS#1 v1.5. Answers with a value; a signer that cannot sign says so and never
/// throws as control flow.
/// </summary>
public interface IRequestSigner
{
    ValueTask<SigningResult> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}

/// <summary>What a signer answered: a signature, "throttled", or a fault. Details are one sentence, never key material.</summary>
public abstract record SigningResult
{
    private SigningResult()
    {
    }

    public sealed record Success(ReadOnlyMemory<byte> Signature, string KeyVersion) : SigningResult;

    /// <summary>The signing service asked us to slow down; the attempt is postponed.</summary>
    public sealed record Throttled(string Detail) : SigningResult;

    /// <summary>There is no signature; the attempt is NotSent.</summary>
    public sealed record Fault(string Detail) : SigningResult;
}

/// <summary>Knows when our signing key ends, or does not. Several may know; the earliest end counts.</summary>
public interface IKeyExpiry
{
    /// <returns>Null when the key has no end or none is known. Infrastructure faults throw.</returns>
    ValueTask<DateTimeOffset?> GetAsync(CancellationToken cancellationToken);
}

// A PEM key itself carries no end.
internal sealed class KeyExpiryBySetting(IOptions<AlipayPlusOptions> options) : IKeyExpiry
{
    public ValueTask<DateTimeOffset?> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        options.Value.KeyExpiresOn is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : (DateTimeOffset?)null);
}

/// <summary>
/// The bytes that are signed, in both directions: POST, the path, LF, Client-Id, time and raw body; UTF-8, no newline
/// at the end.
/// </summary>
public static class SignatureContent
{
    public static byte[] Build(string path, string clientId, string time, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"POST {path}\n{clientId}.{time}."), .. body];
}

/// <summary>Signs with a private key held in this process. Thread-safe.</summary>
public sealed class PemRequestSigner : IRequestSigner, IDisposable
{
    private readonly ThreadLocal<RSA> _key;
    private readonly string _keyVersion;

    /// <param name="privateKey">Copied; the caller keeps and disposes it.</param>
    /// <param name="keyVersion">The version that Alipay+ knows the public key by.</param>
    public PemRequestSigner(RSA privateKey, string keyVersion)
    {
        _key = RsaKeys.ForEachThread(privateKey, withPrivateKey: true);
        _keyVersion = KeyVersions.Checked(keyVersion);
    }

    public static PemRequestSigner FromText(string privateKey, string keyVersion)
    {
        using var key = RsaKeys.ReadPrivateKey(privateKey);
        return new PemRequestSigner(key, keyVersion);
    }

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

    public byte[] Sign(ReadOnlySpan<byte> content) => _key.Value!.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public void Dispose() => _key.Dispose();
}
