using System.Security.Cryptography;

namespace FunctionsNotify.Cli;

/// <summary>A public key that a signature is checked with.</summary>
/// <param name="Version">Its version; null when none is known, which then fits every header.</param>
/// <param name="Key">The key.</param>
/// <param name="IsOther">True for a key of the other side: it must not have signed, and is tried to name the mistake.</param>
internal sealed record CheckKey(string? Version, RSA Key, bool IsOther)
{
    /// <summary>True when both are the same public key.</summary>
    public bool IsSameAs(CheckKey other) =>
        CryptographicOperations.FixedTimeEquals(Key.ExportSubjectPublicKeyInfo(), other.Key.ExportSubjectPublicKeyInfo());
}
