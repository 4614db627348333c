using System.CommandLine;
using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary><c>notify verify</c>: does a captured signature hold, and if not, which mistake explains it.</summary>
internal sealed class VerifyCommand(bool isResponse)
{
    private const string ClientIdVariable = "AlipayPlus__ClientId";
    private const string KeyVersionVariable = "AlipayPlus__KeyVersion";
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly Option<string?> _capture = new("--capture") { Description = "A file with headers (a start line may come first), an empty line, and the raw body; - for standard input.", HelpName = "FILE" };
    private readonly Option<string?> _headers = new("--headers") { Description = "A file with the headers alone; goes with --body.", HelpName = "FILE" };
    private readonly Option<string?> _body = new("--body") { Description = "A file with the raw body alone; goes with --headers.", HelpName = "FILE" };
    private readonly Option<string?> _path = new("--path") { Description = $"The request's path; default the capture's request line, or {NotifyPushPayment.Path}.", HelpName = "PATH" };
    private readonly Option<string?> _method = new("--method") { Description = "The request's method; default the capture's request line, or POST.", HelpName = "METHOD" };
    private readonly Option<string?> _clientId = new("--client-id") { Description = $"Your Client-Id; default {ClientIdVariable}.", HelpName = "ID" };
    private readonly Option<string?> _ownKey = new("--own-key") { Description = $"Your own key, private or public; default {KeysCommands.PrivateKeyVariable}.", HelpName = "FILE" };
    private readonly Option<string[]> _alipayPlusKey = new("--alipay-plus-key") { Description = "A public key of Alipay+ as VERSION=FILE; several allowed.", HelpName = "VERSION=FILE" };
    private readonly Option<string?> _alipayPlusKeys = new("--alipay-plus-keys") { Description = $"The folder of Alipay+'s public keys, VERSION.pem each; default {KeysCommands.PublicKeysVariable}.", HelpName = "DIR" };
    private readonly Option<string?> _keyVersion = new("--key-version") { Description = $"The version of your own key; default {KeyVersionVariable}, or whatever the header names.", HelpName = "VERSION" };

    public static Command Create(CommandSetup setup) => new("verify", "Check a captured signature; if it is invalid, find the mistake that explains it. Exits with 1 if it is invalid.")
    {
        One(setup, "request", "Your request to Alipay+, checked with your own key.", isResponse: false),
        One(setup, "response", "An answer from Alipay+, checked with Alipay+'s public keys.", isResponse: true),
    };

    private static Command One(CommandSetup setup, string name, string description, bool isResponse)
    {
        var parts = new VerifyCommand(isResponse);
        var command = new Command(name, description);
        foreach (var option in new Option[] { parts._capture, parts._headers, parts._body, parts._path, parts._method, parts._clientId, parts._ownKey, parts._alipayPlusKey, parts._alipayPlusKeys, parts._keyVersion })
        {
            command.Add(option);
        }

        return setup.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        var (head, body) = (session.Get(_capture), session.Get(_headers), session.Get(_body)) switch
        {
            ({ } one, null, null) => SignedCapture.Split(await GivenFile.ReadAsync(session, "--capture", one, MaxBytes, stop)),
            (null, { } headers, { } raw) => (await GivenFile.ReadAsync(session, "--headers", headers, MaxBytes, stop), await GivenFile.ReadAsync(session, "--body", raw, MaxBytes, stop)),
            _ => throw CliFault.Usage("--capture, or --headers and --body: give one or the other"),
        };
        List<string> notes = [];
        var capture = SignedCapture.Read(isResponse, head, body, session.Get(_path), session.Get(_method), notes);
        var keys = Keys(session);
        try
        {
            var diagnosis = SignatureDiagnosis.Of(capture, keys, session.Setting(_clientId, ClientIdVariable).Value);
            Print(session, capture, diagnosis, notes);
            return diagnosis.IsValid ? ExitCodes.Done : ExitCodes.NotDone;
        }
        finally
        {
            keys.ForEach(key => key.Key.Dispose());
        }
    }

    private List<CheckKey> Keys(Session session)
    {
        List<CheckKey> keys = [];
        if (session.Setting(_ownKey, KeysCommands.PrivateKeyVariable) is (var setting, { } own))
        {
            var (versionSetting, version) = session.Setting(_keyVersion, KeyVersionVariable);
            if (!isResponse && version is not null && !KeyVersions.IsValid(version))
            {
                throw CliFault.Usage($"{versionSetting}: must be {KeyVersions.Rule}");
            }

            using var key = KeyFiles.ReadEither(setting, own);
            var publicPart = RSA.Create(key.ExportParameters(includePrivateParameters: false));
            keys.Add(new CheckKey(isResponse ? null : version, publicPart, IsOther: isResponse));
        }

        foreach (var given in session.Get(_alipayPlusKey) ?? [])
        {
            var equals = given.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !KeyVersions.IsValid(given[..equals]))
            {
                throw CliFault.Usage($"--alipay-plus-key: must be VERSION=FILE, where the version is {KeyVersions.Rule}");
            }

            keys.Add(new CheckKey(given[..equals], KeyFiles.ReadPublic("--alipay-plus-key", given[(equals + 1)..]), IsOther: !isResponse));
        }

        if (session.Setting(_alipayPlusKeys, KeysCommands.PublicKeysVariable) is (var folderSetting, { } folder))
        {
            keys.AddRange(KeyFiles.ReadFolder(folderSetting, folder).Select(entry => new CheckKey(entry.Version, entry.Key, IsOther: !isResponse)));
        }

        return keys.Exists(key => !key.IsOther) ? keys : throw CliFault.Usage(isResponse
            ? $"--alipay-plus-key, --alipay-plus-keys or {KeysCommands.PublicKeysVariable}: is required"
            : $"--own-key or {KeysCommands.PrivateKeyVariable}: is required");
    }

    private static void Print(Session session, SignedCapture capture, Diagnosis diagnosis, List<string> notes)
    {
        if (session.IsJson)
        {
            session.Output.Json(new { isValid = diagnosis.IsValid, status = diagnosis.Status.ToString(), keyVersion = diagnosis.KeyVersion, explanations = diagnosis.Explanations, notes = diagnosis.Notes, captureNotes = notes });
            return;
        }

        session.Output.Line($"{(diagnosis.IsValid ? "Valid" : "NOT valid")}: {new Verification(diagnosis.Status, diagnosis.KeyVersion).Describe()}.");
        notes.ForEach(note => session.Output.Line($"Note: {note}"));
        foreach (var explanation in diagnosis.Explanations)
        {
            session.Output.Line($"Explained by {string.Join(" and ", explanation.Select(mistake => mistake.Mistake))}: {string.Join("; and ", explanation.Select(mistake => mistake.Detail))}.");
        }

        foreach (var note in diagnosis.Notes)
        {
            session.Output.Line($"Note: {note.Mistake}: {note.Detail}.");
        }

        if (diagnosis is { IsValid: false, Explanations.Count: 0, Status: not VerificationStatus.NotSigned } && diagnosis.Notes.All(note => note.Mistake != Mistake.KeyOfOtherSide))
        {
            session.Output.Line($"No known mistake explains it, alone or with another: another key signed it, or the captured body of {capture.Body.Length} bytes is not what was signed.");
        }
    }
}
