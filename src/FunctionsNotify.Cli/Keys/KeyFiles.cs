using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>Key files that the command line or a setting names.</summary>
internal static class KeyFiles
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>A private key; the caller disposes it.</summary>
    /// <exception cref="CliFault">The file is no usable private key.</exception>
    public static RSA ReadPrivate(string setting, string path) => Read(setting, path, RsaKeys.ReadPrivateKey);

    /// <summary>A public key; the caller disposes it.</summary>
    /// <exception cref="CliFault">The file is no usable public key.</exception>
    public static RSA ReadPublic(string setting, string path) => Read(setting, path, RsaKeys.ReadPublicKey);

    /// <summary>A private or a public key; the caller disposes it.</summary>
    /// <exception cref="CliFault">The file is neither.</exception>
    public static RSA ReadEither(string setting, string path)
    {
        try
        {
            return RsaKeys.ReadPrivateKey(Text(setting, path));
        }
        catch (KeyFormatException)
        {
            return ReadPublic(setting, path);
        }
    }

    /// <summary>A folder of public keys, <c>VERSION.pem</c> each; the caller disposes them.</summary>
    /// <exception cref="CliFault">The folder holds none, or a file is no usable public key.</exception>
    public static IReadOnlyList<(string Version, RSA Key)> ReadFolder(string setting, string folder)
    {
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder, "*.pem").Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliFault.Usage($"{setting}: the folder cannot be read ({exception.GetType().Name})");
        }

        return files.Length > 0
            ? [.. files.Select(file => (Path.GetFileNameWithoutExtension(file), ReadPublic($"{setting}, {Path.GetFileName(file)}", file)))]
            : throw CliFault.Usage($"{setting}: the folder holds no VERSION.pem");
    }

    /// <summary>True when others than its owner may read or change the file.</summary>
    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static RSA Read(string setting, string path, Func<string, RSA> read)
    {
        try
        {
            return read(Text(setting, path));
        }
        catch (KeyFormatException fault)
        {
            throw CliFault.Usage($"{setting}: {fault.Message}");
        }
    }

    private static string Text(string setting, string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes ? File.ReadAllText(path) : throw CliFault.Usage($"{setting}: is no key file, it has more than {MaxBytes} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CliFault.Usage($"{setting}: the file cannot be read ({exception.GetType().Name})");
        }
    }
}
