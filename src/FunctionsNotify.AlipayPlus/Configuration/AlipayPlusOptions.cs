namespace FunctionsNotify.AlipayPlus;

/// <summary>How to reach Alipay+ and with which keys. Environment names: <c>AlipayPlus__BaseUrl</c> and so on.</summary>
public sealed class AlipayPlusOptions
{
    /// <summary>The configuration section's usual name.</summary>
    public const string SectionName = "AlipayPlus";

    /// <summary>The usual <see cref="RequestTimeout"/>. <c>[guide]</c></summary>
    public static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The shortest <see cref="RequestTimeout"/>. <c>[decided]</c></summary>
    public static readonly TimeSpan MinRequestTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest <see cref="RequestTimeout"/>. <c>[decided]</c></summary>
    public static readonly TimeSpan MaxRequestTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The gateway's scheme and host, without a path; https, or http on loopback only.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Our Client-Id; <c>SANDBOX_…</c> selects the sandbox. <c>[family]</c></summary>
    public string? ClientId { get; set; }

    /// <summary>The version that Alipay+ knows our public key by, see <see cref="KeyVersions"/>.</summary>
    public string? KeyVersion { get; set; }

    /// <summary>Our private key, see <see cref="RsaKeys.ReadPrivateKey"/>; this or <see cref="PrivateKeyPath"/>.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>A file with our private key; this or <see cref="PrivateKey"/>.</summary>
    public string? PrivateKeyPath { get; set; }

    /// <summary>Alipay+'s public keys by version, see <see cref="RsaKeys.ReadPublicKey"/>; these or <see cref="PublicKeysPath"/>.</summary>
    public IDictionary<string, string> PublicKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A folder with Alipay+'s public keys, one file <c>&lt;version&gt;.pem</c> each; this or <see cref="PublicKeys"/>.</summary>
    public string? PublicKeysPath { get; set; }

    /// <summary>How long one exchange may take, connecting, headers and body together. <c>[guide]</c></summary>
    public TimeSpan RequestTimeout { get; set; } = DefaultRequestTimeout;

    /// <summary>The day (UTC) from which our key is no longer to be used, for the alert before it; null when none is planned.</summary>
    public DateOnly? KeyExpiresOn { get; set; }

    /// <summary>Settings that could not even be read, one line each; part of what validation reports.</summary>
    internal List<string> Unreadable { get; } = [];
}
