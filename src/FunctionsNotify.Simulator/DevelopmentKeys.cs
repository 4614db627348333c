using System.Security.Cryptography;
using System.Text;
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

    private const string AcquirerPrivate = "acquirer-private.pem";
    private const string AcquirerPublic = "acquirer-public.pem";
    private const string AlipayPlusPrivate = "alipayplus-private.pem";
    private const string AlipayPlusPublicFolder = "alipayplus-public";
    private const string IgnoreFile = ".gitignore";

    private readonly string _folder;

    private DevelopmentKeys(string folder)
    {
        _folder = folder;
        MakeFolder(folder);
        MakeFolder(AlipayPlusPublicKeysPath);
        // Names only our own files: the folder may be somebody's work tree.
        WriteOnce(Path.Combine(folder, IgnoreFile), $"/{IgnoreFile}\n/{AcquirerPrivate}\n/{AcquirerPublic}\n/{AlipayPlusPrivate}\n/{AlipayPlusPublicFolder}/\n*.tmp\n");
        AcquirerPublicKey = PublicKeyOf(AcquirerPrivateKeyPath, Path.Combine(folder, AcquirerPublic));
        AlipayPlusPublicKey = PublicKeyOf(AlipayPlusPrivateKeyPath, Path.Combine(AlipayPlusPublicKeysPath, KeyVersion + ".pem"));
    }

    /// <summary>What a host signs with, <c>AlipayPlus__PrivateKeyPath</c>.</summary>
    public string AcquirerPrivateKeyPath => Path.Combine(_folder, AcquirerPrivate);

    /// <summary>The folder of Alipay+'s public keys, <c>AlipayPlus__PublicKeysPath</c>.</summary>
    public string AlipayPlusPublicKeysPath => Path.Combine(_folder, AlipayPlusPublicFolder);

    /// <summary>One line of base64, as it is uploaded to Alipay+.</summary>
    public string AcquirerPublicKey { get; }

    /// <summary>One line of base64, as Alipay+ hands it out.</summary>
    public string AlipayPlusPublicKey { get; }

    internal string AlipayPlusPrivateKeyPath => Path.Combine(_folder, AlipayPlusPrivate);

    /// <summary>
    /// Reads the keys and makes those that are missing. Private keys are readable by their owner only. Safe when several
    /// processes start at once: a private key appears under its name whole or not at all, and never replaces another.
    /// </summary>
    /// <exception cref="KeyFormatException">A file is there but no usable key; the message names the file.</exception>
    public static DevelopmentKeys LoadOrCreate(string directory) => new(Path.GetFullPath(directory));

    private static string PublicKeyOf(string privatePath, string publicPath)
    {
        if (!File.Exists(privatePath))
        {
            using var fresh = RSA.Create(2048);
            WriteOnce(privatePath, fresh.ExportPkcs8PrivateKeyPem() + "\n");
        }

        try
        {
            using var key = RsaKeys.ReadPrivateKey(File.ReadAllText(privatePath));
            // Always from the private key: a public key that does not belong to it would be a riddle to whoever meets it.
            var pem = key.ExportSubjectPublicKeyInfoPem() + "\n";
            if (!File.Exists(publicPath) || File.ReadAllText(publicPath) != pem)
            {
                File.Move(WriteDraft(publicPath, pem), publicPath, overwrite: true);
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
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

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

    private static string WriteDraft(string path, string content)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(draft, options);
        stream.Write(Encoding.ASCII.GetBytes(content));
        stream.Flush(flushToDisk: true);
        return draft;
    }
}
