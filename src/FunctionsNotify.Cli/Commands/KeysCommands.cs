using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary><c>notify keys</c>: makes, shows and checks the RSA keys. Nothing prints a private key.</summary>
internal static class KeysCommands
{
    internal const string PrivateKeyVariable = "AlipayPlus__PrivateKeyPath";
    internal const string PublicKeysVariable = "AlipayPlus__PublicKeysPath";

    private static readonly string[] _files = ["private.pem", "public.pem", "public.txt"];
    private static readonly int[] _sizes = [2048, 3072, 4096];

    public static Command Create(CommandSetup cli)
    {
        var command = new Command("keys", "Make, show and check RSA keys.");
        command.Add(Make(cli));
        command.Add(Public(cli));
        command.Add(Check(cli));
        return command;
    }

    private static Command Make(CommandSetup cli)
    {
        var folder = new Option<string>("--out") { Description = "The folder for private.pem, public.pem and public.txt; made when missing.", HelpName = "DIR", Required = true };
        var size = new Option<int>("--size") { Description = $"Bits: {string.Join(", ", _sizes)}; default 2048.", HelpName = "BITS", DefaultValueFactory = _ => 2048 };
        var command = new Command("make", "A new pair: private.pem (PKCS#8, for its owner only), public.pem, and public.txt, one line to upload to Alipay+. Never replaces a file.") { folder, size };
        return cli.Runs(command, (session, _) =>
        {
            var bits = session.Get(size);
            if (!_sizes.Contains(bits))
            {
                throw CliFault.Usage($"--size: must be one of {string.Join(", ", _sizes)}");
            }

            var directory = MakeFolder(session.Get(folder)!);
            string[] paths = [.. _files.Select(name => Path.Combine(directory, name))];
            if (Array.Find(paths, File.Exists) is { } taken)
            {
                throw CliFault.NotDone($"--out: {taken} is there already and stays as it is; no key was made");
            }

            using var key = RSA.Create(bits);
            var line = RsaKeys.ExportPublicKeyBase64(key);
            WritePrivate(paths[0], key);
            GivenFile.WriteNew("--out", paths[1], Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"), isSecret: false);
            GivenFile.WriteNew("--out", paths[2], Encoding.ASCII.GetBytes(line + "\n"), isSecret: false);
            if (session.IsJson)
            {
                session.Output.Json(new { privateKeyPath = paths[0], publicKeyPath = paths[1], keySize = bits, publicKey = line, fingerprint = KeyPairCheck.Fingerprint(key) });
            }

            session.Output.Hint($"{paths[0]} is the private key: keep it secret. Upload this public key to Alipay+ ({paths[2]}):");
            session.Output.Line(line);
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Public(CommandSetup cli)
    {
        var file = new Option<string?>("--key-file") { Description = $"A private or public key, PEM or one line of base64; default {PrivateKeyVariable}.", HelpName = "FILE" };
        var command = new Command("public", "The public key in Alipay+'s form: SubjectPublicKeyInfo as one line of base64.") { file };
        return cli.Runs(command, (session, _) =>
        {
            var (setting, path) = session.Setting(file, PrivateKeyVariable);
            using var key = KeyFiles.ReadEither(setting, path ?? throw CliFault.Usage($"--key-file, or {PrivateKeyVariable}: is required"));
            var line = RsaKeys.ExportPublicKeyBase64(key);
            if (session.IsJson)
            {
                session.Output.Json(new { publicKey = line, keySize = key.KeySize, fingerprint = KeyPairCheck.Fingerprint(key) });
            }

            session.Output.Line(line);
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Check(CommandSetup cli)
    {
        var privateFile = new Option<string?>("--private-key") { Description = $"Your private key; default {PrivateKeyVariable}.", HelpName = "FILE" };
        var publicFile = new Option<string?>("--public-key") { Description = "Your public key: does it belong to the private one?", HelpName = "FILE" };
        var alipayPlus = new Option<string?>("--alipay-plus-keys") { Description = $"The folder of Alipay+'s public keys, VERSION.pem each; default {PublicKeysVariable}. Is one of them your own by mistake?", HelpName = "DIR" };
        var command = new Command("check", "Do the keys belong where they are: your pair, and Alipay+'s keys. Ends with 1 when a check fails.") { privateFile, publicFile, alipayPlus };
        return cli.Runs(command, (session, _) => Task.FromResult(Check(session, privateFile, publicFile, alipayPlus)));
    }

    private static int Check(Session session, Option<string?> privateFile, Option<string?> publicFile, Option<string?> alipayPlus)
    {
        var (setting, path) = session.Setting(privateFile, PrivateKeyVariable);
        var (folderSetting, folder) = session.Setting(alipayPlus, PublicKeysVariable);
        using var own = KeyFiles.ReadPrivate(setting, path ?? throw CliFault.Usage($"--private-key, or {PrivateKeyVariable}: is required"));
        List<KeyPairCheck.Finding> findings = [new("private-key", true, $"an RSA key of {own.KeySize} bits that can sign, fingerprint {KeyPairCheck.Fingerprint(own)}")];
        if (KeyFiles.IsOpenToOthers(path))
        {
            findings.Add(new("private-key-file", false, "others than its owner may read or change the file: chmod 600"));
        }

        if (session.Get(publicFile) is { } file)
        {
            using var shown = KeyFiles.ReadPublic("--public-key", file);
            findings.Add(KeyPairCheck.Pair(own, shown));
        }

        foreach (var (version, key) in folder is null ? [] : KeyFiles.ReadFolder(folderSetting, folder))
        {
            using (key)
            {
                findings.Add(KeyPairCheck.AlipayPlus(own, version, key));
            }
        }

        var isGood = findings.TrueForAll(finding => finding.IsGood);
        if (session.IsJson)
        {
            session.Output.Json(new { isGood, checks = findings });
        }

        session.Output.Table(["Check", "Result", "Detail"], [.. findings.Select(IReadOnlyList<string?> (finding) => [finding.Check, finding.IsGood ? "good" : "WRONG", finding.Detail])]);
        return isGood ? ExitCodes.Done : ExitCodes.NotDone;
    }

    private static void WritePrivate(string path, RSA key)
    {
        var pem = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
        try
        {
            GivenFile.WriteNew("--out", path, pem, isSecret: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    private static string MakeFolder(string folder)
    {
        try
        {
            return (OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliFault.Usage($"--out: the folder cannot be made ({exception.GetType().Name})");
        }
    }
}
