using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator;

/// <summary>
/// The two RSA-2048 pairs of a development set-up: the acquirer's, and the one that the simulator signs its answers
/// with. Made on the first start and kept afterwards, so that a host keeps working across restarts. They protect
/// nothing and must not be used anywhere else.
/// </summary>
public sealed class DevelopmentKeys
{
    /// <summary>The key version of both pairs.</summary>
    public const string KeyVersion = "1";

    private const int KeySize = 2048;
    private const string AcquirerPrivate = "acquirer-private.pem";
    private const string AcquirerPublic = "acquirer-public.pem";
    private const string AlipayPlusPrivate = "alipayplus-private.pem";
    private const string AlipayPlusPublicFolder = "alipayplus-public";
    private const string IgnoreFile = ".gitignore";

    private DevelopmentKeys(string directory, string acquirerPublicKey, string alipayPlusPublicKey)
    {
        Directory = directory;
        AcquirerPublicKey = acquirerPublicKey;
        AlipayPlusPublicKey = alipayPlusPublicKey;
    }

    /// <summary>The folder, absolute.</summary>
    public string Directory { get; }

    /// <summary>The acquirer's private key (PKCS#8, PEM): what a host signs with, <c>AlipayPlus__PrivateKeyPath</c>.</summary>
    public string AcquirerPrivateKeyPath => Path.Combine(Directory, AcquirerPrivate);

    /// <summary>The folder of Alipay+'s public keys, <c>&lt;version&gt;.pem</c> each: <c>AlipayPlus__PublicKeysPath</c>.</summary>
    public string AlipayPlusPublicKeysPath => Path.Combine(Directory, AlipayPlusPublicFolder);

    /// <summary>The acquirer's public key in the form that is uploaded to Alipay+, one line of base64.</summary>
    public string AcquirerPublicKey { get; }

    /// <summary>Alipay+'s public key in the form that it is handed out in, one line of base64.</summary>
    public string AlipayPlusPublicKey { get; }

    internal string AlipayPlusPrivateKeyPath => Path.Combine(Directory, AlipayPlusPrivate);

    /// <summary>
    /// Reads the keys and makes those that are missing. Private keys are readable by their owner only. Safe when several
    /// processes start at once: a private key appears under its name whole or not at all, and never replaces another.
    /// </summary>
    /// <param name="directory">The folder; made when missing.</param>
    /// <exception cref="KeyFormatException">A file is there but no usable key; the message names the file.</exception>
    /// <exception cref="IOException">The folder or a file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be read or written.</exception>
    public static DevelopmentKeys LoadOrCreate(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var folder = Path.GetFullPath(directory);
        MakeFolder(folder);
        KeepFromCommits(folder);
        var acquirerPublic = PublicKeyOf(Path.Combine(folder, AcquirerPrivate), Path.Combine(folder, AcquirerPublic));
        var publicFolder = Path.Combine(folder, AlipayPlusPublicFolder);
        MakeFolder(publicFolder);
        var alipayPlusPublic = PublicKeyOf(Path.Combine(folder, AlipayPlusPrivate), Path.Combine(publicFolder, KeyVersion + ".pem"));
        return new DevelopmentKeys(folder, acquirerPublic, alipayPlusPublic);
    }

    private static string PublicKeyOf(string privatePath, string publicPath)
    {
        if (!File.Exists(privatePath))
        {
            using var fresh = RSA.Create(KeySize);
            WriteOnce(privatePath, fresh.ExportPkcs8PrivateKeyPem() + "\n");
        }

        try
        {
            using var key = RsaKeys.ReadPrivateKey(File.ReadAllText(privatePath));
            // Always from the private key: a public key that does not belong to it would be a riddle to whoever meets it.
            var pem = key.ExportSubjectPublicKeyInfoPem() + "\n";
            if (!File.Exists(publicPath) || File.ReadAllText(publicPath) != pem)
            {
                Replace(publicPath, pem);
            }

            return RsaKeys.ExportPublicKeyBase64(key);
        }
        catch (KeyFormatException fault)
        {
            throw new KeyFormatException($"{privatePath}: {fault.Message} Delete the file to have a new key made.", fault);
        }
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(folder);
            return;
        }

        System.IO.Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Names only our own files: the folder may be somebody's work tree.
    private static void KeepFromCommits(string folder) =>
        WriteOnce(Path.Combine(folder, IgnoreFile), $"/{IgnoreFile}\n/{AcquirerPrivate}\n/{AcquirerPublic}\n/{AlipayPlusPrivate}\n/{AlipayPlusPublicFolder}/\n*.tmp\n");

    private static void WriteOnce(string path, string content)
    {
        if (File.Exists(path))
        {
            return;
        }

        var draft = WriteDraft(path, content);
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first: its file counts.
            File.Delete(draft);
        }
    }

    private static void Replace(string path, string content) => File.Move(WriteDraft(path, content), path, overwrite: true);

    private static string WriteDraft(string path, string content)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(draft, options);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(content));
        stream.Flush(flushToDisk: true);
        return draft;
    }
}
