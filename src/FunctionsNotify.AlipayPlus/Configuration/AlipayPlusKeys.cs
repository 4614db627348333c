using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Reads the keys that the options name; one place for validation and for use.</summary>
internal static class AlipayPlusKeys
{
    /// <summary>The private key; the caller disposes it.</summary>
    /// <exception cref="KeyFormatException">There is no usable key.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static RSA ReadPrivateKey(AlipayPlusOptions options) =>
        RsaKeys.ReadPrivateKey(IsSet(options.PrivateKey) ? options.PrivateKey! : File.ReadAllText(options.PrivateKeyPath!));

    /// <summary>The public keys' texts by version.</summary>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be read.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadPublicKeys(AlipayPlusOptions options) =>
        options.PublicKeys.Count > 0 ? [.. options.PublicKeys] : [.. PublicKeyRing.ReadFolder(options.PublicKeysPath!)];

    public static bool IsSet(string? setting) => !string.IsNullOrWhiteSpace(setting);
}
