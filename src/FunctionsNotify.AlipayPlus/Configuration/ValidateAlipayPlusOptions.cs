using System.Globalization;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Checks the options at start: every wrong setting in one line by its environment name, with its shape, never its
/// value where that could be a secret.
/// </summary>
public sealed class ValidateAlipayPlusOptions : IValidateOptions<AlipayPlusOptions>
{
    private const int MaxClientIdLength = 128;

    private readonly KeyElsewhere? _elsewhere;

    /// <summary>Checks settings that hold our private key.</summary>
    public ValidateAlipayPlusOptions()
        : this([])
    {
    }

    internal ValidateAlipayPlusOptions(IEnumerable<KeyElsewhere> elsewhere) => _elsewhere = elsewhere.LastOrDefault();

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AlipayPlusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        Add(problems, nameof(options.BaseUrl), CheckBaseUrl(options.BaseUrl));
        Add(problems, nameof(options.ClientId), CheckClientId(options.ClientId));
        Add(problems, nameof(options.KeyVersion), CheckKeyVersion(options.KeyVersion));
        CheckPrivateKey(problems, options);
        CheckPublicKeys(problems, options);
        Add(problems, nameof(options.RequestTimeout), CheckRequestTimeout(options.RequestTimeout));
        problems.AddRange(options.Unreadable);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Add(List<string> problems, string property, string? problem)
    {
        if (problem is not null)
        {
            problems.Add(AlipayPlusSettings.Line(property, problem));
        }
    }

    private static string? CheckBaseUrl(string? baseUrl)
    {
        const string Rule = "must be an https address without a path, such as https://open-sea-global.alipayplus.com";
        if (!AlipayPlusKeys.IsSet(baseUrl))
        {
            return $"is missing; it {Rule}";
        }

        if (!Uri.TryCreate(baseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
        {
            return $"{Rule}; found a text of {baseUrl!.Length} characters that is no such address";
        }

        if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            return $"{Rule}; http is for a loopback address only";
        }

        if (uri.UserInfo.Length > 0)
        {
            return $"{Rule}; it must not hold a user name or password";
        }

        return uri.PathAndQuery == "/" && uri.Fragment.Length == 0
            ? null
            : $"{Rule}; the path {NotifyPushPayment.Path} is added by itself, found a path, query or fragment of {uri.PathAndQuery.Length + uri.Fragment.Length} characters";
    }

    private static string? CheckClientId(string? clientId)
    {
        if (!AlipayPlusKeys.IsSet(clientId))
        {
            return "is missing; it is the id that Alipay+ assigned to the acquirer";
        }

        return clientId!.Length <= MaxClientIdLength && !clientId.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? null
            : $"must be 1-{MaxClientIdLength} visible ASCII characters without blanks; found {clientId.Length} characters";
    }

    private static string? CheckKeyVersion(string? version)
    {
        if (!AlipayPlusKeys.IsSet(version))
        {
            return "is missing; it is the version that Alipay+ knows our public key by, such as 1";
        }

        return KeyVersions.IsValid(version) ? null : $"must be {KeyVersions.Rule}; found {version!.Length} characters";
    }

    private void CheckPrivateKey(List<string> problems, AlipayPlusOptions options)
    {
        var fromText = AlipayPlusKeys.IsSet(options.PrivateKey);
        var fromFile = AlipayPlusKeys.IsSet(options.PrivateKeyPath);
        if (_elsewhere is not null)
        {
            var rule = $"must not be set beside {_elsewhere.Setting}, which names the key that signs; remove one of them";
            Add(problems, nameof(options.PrivateKey), fromText ? rule : null);
            Add(problems, nameof(options.PrivateKeyPath), fromFile ? rule : null);
            return;
        }

        var other = AlipayPlusSettings.Name(nameof(options.PrivateKeyPath));
        if (fromText == fromFile)
        {
            Add(problems, nameof(options.PrivateKey), fromText
                ? $"set either this or {other}, not both"
                : $"is missing; set it to our private key, or {other} to its file");
            return;
        }

        var property = fromText ? nameof(options.PrivateKey) : nameof(options.PrivateKeyPath);
        Add(problems, property, Try(() => AlipayPlusKeys.ReadPrivateKey(options).Dispose()));
    }

    private static void CheckPublicKeys(List<string> problems, AlipayPlusOptions options)
    {
        var fromTexts = options.PublicKeys.Count > 0;
        var fromFolder = AlipayPlusKeys.IsSet(options.PublicKeysPath);
        if (fromTexts == fromFolder)
        {
            problems.Add(fromTexts
                ? AlipayPlusSettings.Line(nameof(options.PublicKeys), $"set either {AlipayPlusSettings.PublicKey("<version>")} or {AlipayPlusSettings.Name(nameof(options.PublicKeysPath))}, not both")
                : $"{AlipayPlusSettings.PublicKey("<version>")}: is missing; set it to Alipay+'s public key of that version, or {AlipayPlusSettings.Name(nameof(options.PublicKeysPath))} to a folder of <version>.pem files.");
            return;
        }

        IReadOnlyList<KeyValuePair<string, string>> keys = [];
        if (Try(() => keys = AlipayPlusKeys.ReadPublicKeys(options)) is { } unreadable)
        {
            Add(problems, nameof(options.PublicKeysPath), unreadable);
            return;
        }

        if (keys.Count == 0)
        {
            Add(problems, nameof(options.PublicKeysPath), "the folder holds no <version>.pem file");
        }

        foreach (var (version, text) in keys)
        {
            var setting = fromTexts
                ? AlipayPlusSettings.PublicKey(version)
                : $"{AlipayPlusSettings.Name(nameof(options.PublicKeysPath))} ({version}.pem)";
            if (!KeyVersions.IsValid(version))
            {
                problems.Add($"{setting}: the version must be {KeyVersions.Rule}.");
            }

            if (Try(() => RsaKeys.ReadPublicKey(text).Dispose()) is { } problem)
            {
                problems.Add($"{setting}: {problem}.");
            }
        }
    }

    private static string? CheckRequestTimeout(TimeSpan timeout) =>
        timeout >= AlipayPlusOptions.MinRequestTimeout && timeout <= AlipayPlusOptions.MaxRequestTimeout
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"must be from {AlipayPlusOptions.MinRequestTimeout:c} to {AlipayPlusOptions.MaxRequestTimeout:c}, written hh:mm:ss; found {timeout:c} (a bare number counts as days)");

    private static string? Try(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (KeyFormatException fault)
        {
            return fault.Message.TrimEnd('.');
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return "there is no such file or folder";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"the file or folder cannot be read ({fault.GetType().Name})";
        }
    }
}
