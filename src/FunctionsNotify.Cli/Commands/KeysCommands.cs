using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary><c>notify keys</c>: make, show and check RSA keys; no private key is ever printed.</summary>
internal static class KeysCommands
{
    internal const string PrivateKeyVariable = "AlipayPlus__PrivateKeyPath";
    internal const string PublicKeysVariable = "AlipayPlus__PublicKeysPath";

    private static readonly int[] _sizes = [2048, 3072, 4096];
    private static readonly string[] _columns = ["Check", "Result", "Detail"];

    public static Command Create(CommandSetup setup) => new("keys", "Make, show and check RSA keys.") { Make(setup), Public(setup), Check(setup) };

    private static Command Make(CommandSetup setup)
    {
        var folder = new Option<string>("--out") { Description = "The folder for private.pem, public.pem and public.txt; created if missing.", HelpName = "DIR", Required = true };
        var size = new Option<int>("--size") { Description = $"Bits: {string.Join(", ", _sizes)}; default 2048.", HelpName = "BITS", DefaultValueFactory = _ => 2048 };
        var command = new Command("make", "A new pair: private.pem (PKCS#8, for its owner only), public.pem, and public.txt, one line to upload to Alipay+. Never replaces a file.") { folder, size };
        return setup.Runs(command, (session, _) =>
        {
            var bits = session.Get(size);
            if (!_sizes.Contains(bits))
            {
                throw CliFault.Usage($"--size: must be one of {string.Join(", ", _sizes)}");
            }

            var directory = MakeFolder(session.Get(folder)!);
            var (privatePath, publicPath, linePath) = (Path.Combine(directory, "private.pem"), Path.Combine(directory, "public.pem"), Path.Combine(directory, "public.txt"));
            if (Array.Find([privatePath, publicPath, linePath], File.Exists) is { } taken)
            {
                throw CliFault.NotDone($"--out: {taken} exists already and is left unchanged; no key was made");
            }

            using var key = RSA.Create(bits);
            var line = RsaKeys.ExportPublicKeyBase64(key);
            var pem = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
            try
            {
                GivenFile.WriteNew("--out", privatePath, pem, isSecret: true);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pem);
            }

            GivenFile.WriteNew("--out", publicPath, Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"));
            GivenFile.WriteNew("--out", linePath, Encoding.ASCII.GetBytes(line + "\n"));
            if (session.IsJson)
            {
                session.Output.Json(new { privateKeyPath = privatePath, publicKeyPath = publicPath, keySize = bits, publicKey = line, fingerprint = Fingerprint(key) });
            }

            session.Output.Hint($"{privatePath} is the private key: keep it secret. Upload this public key to Alipay+ ({linePath}):");
            session.Output.Line(line);
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Public(CommandSetup setup)
    {
        var file = new Option<string?>("--key-file") { Description = $"A private or public key, PEM or one line of base64; default {PrivateKeyVariable}.", HelpName = "FILE" };
        var command = new Command("public", "The public key in Alipay+'s form: SubjectPublicKeyInfo as one line of base64.") { file };
        return setup.Runs(command, (session, _) =>
        {
            var (setting, path) = session.Setting(file, PrivateKeyVariable);
            using var key = KeyFiles.ReadEither(setting, path ?? throw CliFault.Usage($"--key-file, or {PrivateKeyVariable}: is required"));
            var line = RsaKeys.ExportPublicKeyBase64(key);
            if (session.IsJson)
            {
                session.Output.Json(new { publicKey = line, keySize = key.KeySize, fingerprint = Fingerprint(key) });
            }

            session.Output.Line(line);
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Check(CommandSetup setup)
    {
        var privateFile = new Option<string?>("--private-key") { Description = $"Your private key; default {PrivateKeyVariable}.", HelpName = "FILE" };
        var publicFile = new Option<string?>("--public-key") { Description = "Your public key: does it belong to the private one?", HelpName = "FILE" };
        var alipayPlus = new Option<string?>("--alipay-plus-keys") { Description = $"The folder of Alipay+'s public keys, VERSION.pem each; default {PublicKeysVariable}. Is one of them your own by mistake?", HelpName = "DIR" };
        var command = new Command("check", "Check that your pair matches and that none of Alipay+'s keys is yours. Exits with 1 if a check fails.") { privateFile, publicFile, alipayPlus };
        return setup.Runs(command, (session, _) =>
        {
            var (setting, path) = session.Setting(privateFile, PrivateKeyVariable);
            var (folderSetting, folder) = session.Setting(alipayPlus, PublicKeysVariable);
            using var own = KeyFiles.ReadPrivate(setting, path ?? throw CliFault.Usage($"--private-key, or {PrivateKeyVariable}: is required"));
            List<Finding> findings = [new("private-key", true, $"an RSA key of {own.KeySize} bits that can sign, fingerprint {Fingerprint(own)}")];
            if (KeyFiles.IsOpenToOthers(path))
            {
                findings.Add(new("private-key-file", false, "others than its owner can read or change the file: chmod 600"));
            }

            if (session.Get(publicFile) is { } file)
            {
                using var shown = KeyFiles.ReadPublic("--public-key", file);
                findings.Add(IsSame(own, shown)
                    ? new("pair", true, "the public key belongs to the private key")
                    : new("pair", false, "the public key does not belong to the private key: upload the one that `notify keys public` prints"));
            }

            foreach (var (version, key) in folder is null ? [] : KeyFiles.ReadFolder(folderSetting, folder))
            {
                using (key)
                {
                    findings.Add(IsSame(own, key)
                        ? new($"alipay-plus {version}", false, "this is your own public key, not Alipay+'s: no answer from Alipay+ will verify; get Alipay+'s from its portal")
                        : new($"alipay-plus {version}", true, $"is not your own key; it has {key.KeySize} bits"));
                }
            }

            var isGood = findings.TrueForAll(finding => finding.IsGood);
            if (session.IsJson)
            {
                session.Output.Json(new { isGood, checks = findings });
            }
            else
            {
                session.Output.Table(_columns, findings.Select(IReadOnlyList<string?> (finding) => [finding.Check, finding.IsGood ? "good" : "WRONG", finding.Detail]));
            }

            return Task.FromResult(isGood ? ExitCodes.Done : ExitCodes.NotDone);
        });
    }

    private static bool IsSame(RSA one, RSA other) => RsaKeys.ExportPublicKeyBase64(one) == RsaKeys.ExportPublicKeyBase64(other);

    private static string Fingerprint(RSA key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..32];

    private static string MakeFolder(string folder)
    {
        try
        {
            return (OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).FullName;
        }
        catch (Exception exception) when (GivenFile.IsFault(exception))
        {
            throw CliFault.Usage($"--out: the folder cannot be created ({exception.GetType().Name})");
        }
    }

    private sealed record Finding(string Check, bool IsGood, string Detail);
}

/// <summary>Key files that the command line or a setting names; whoever reads a key disposes it.</summary>
internal static class KeyFiles
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static RSA ReadPrivate(string setting, string path) => Read(setting, path, RsaKeys.ReadPrivateKey);

    public static RSA ReadPublic(string setting, string path) => Read(setting, path, RsaKeys.ReadPublicKey);

    public static RSA ReadEither(string setting, string path) => Read(setting, path, text =>
    {
        try
        {
            return RsaKeys.ReadPrivateKey(text);
        }
        catch (KeyFormatException)
        {
            return RsaKeys.ReadPublicKey(text);
        }
    });

    // VERSION.pem each.
    public static IReadOnlyList<(string Version, RSA Key)> ReadFolder(string setting, string folder)
    {
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder, "*.pem").Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (GivenFile.IsFault(exception))
        {
            throw CliFault.Usage($"{setting}: the folder cannot be read ({exception.GetType().Name})");
        }

        if (Array.Find(files, file => !KeyVersions.IsValid(Path.GetFileNameWithoutExtension(file))) is { } wrong)
        {
            throw CliFault.Usage($"{setting}, {Path.GetFileName(wrong)}: the version must be {KeyVersions.Rule}");
        }

        return files.Length > 0
            ? [.. files.Select(file => (Path.GetFileNameWithoutExtension(file), ReadPublic($"{setting}, {Path.GetFileName(file)}", file)))]
            : throw CliFault.Usage($"{setting}: the folder contains no VERSION.pem");
    }

    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static RSA Read(string setting, string path, Func<string, RSA> read)
    {
        try
        {
            return read(new FileInfo(path).Length <= MaxBytes ? File.ReadAllText(path) : throw CliFault.Usage($"{setting}: is not a key file: it has more than {MaxBytes} bytes"));
        }
        catch (KeyFormatException fault)
        {
            throw CliFault.Usage($"{setting}: {fault.Message}");
        }
        catch (Exception exception) when (GivenFile.IsFault(exception))
        {
            throw CliFault.Usage($"{setting}: the file cannot be read ({exception.GetType().Name})");
        }
    }
}
