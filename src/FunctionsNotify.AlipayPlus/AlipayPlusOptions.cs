using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus;

/// <summary>How to reach Alipay+ and with which keys. Environment names: <c>AlipayPlus__BaseUrl</c> and so on.</summary>
public sealed class AlipayPlusOptions : IValidatableObject
{
    public const string SectionName = "AlipayPlus";

    private const string BaseUrlRule = "must be an https address without a path, such as https://open-sea-global.alipayplus.com";

    /// <summary>The gateway's scheme and host, without a path; https, or http on loopback only.</summary>
    [Required(ErrorMessage = "is missing; it " + BaseUrlRule)]
    public string? BaseUrl { get; set; }

    /// <summary>Our Client-Id; <c>SANDBOX_…</c> selects the sandbox.</summary>
    [Required(ErrorMessage = "is missing; it is the id that Alipay+ assigned to the acquirer")]
    [RegularExpression("[!-~]{1,128}", ErrorMessage = "must be 1-128 visible ASCII characters without blanks")]
    public string? ClientId { get; set; }

    /// <summary>A secret, needed when a service provider calls for the acquirer; sent as the Agent-Token header, which is not signed.</summary>
    [RegularExpression("[!-~]{1,1024}", ErrorMessage = "must be 1-1024 visible ASCII characters without blanks")]
    public string? AgentToken { get; set; }

    /// <summary>The version that Alipay+ knows our public key by.</summary>
    [Required(ErrorMessage = "is missing; it is the version that Alipay+ knows our public key by, such as 1")]
    [RegularExpression(KeyVersions.Pattern, ErrorMessage = "must be " + KeyVersions.Rule)]
    public string? KeyVersion { get; set; }

    /// <summary>Our private key, PEM or base64; this or <see cref="PrivateKeyPath"/>.</summary>
    public string? PrivateKey { get; set; }

    public string? PrivateKeyPath { get; set; }

    /// <summary>Alipay+'s public keys by version; these or <see cref="PublicKeysPath"/>.</summary>
    public Dictionary<string, string> PublicKeys { get; set; } = [];

    /// <summary>A folder with Alipay+'s public keys, one file <c>version.pem</c> each.</summary>
    public string? PublicKeysPath { get; set; }

    /// <summary>How long one exchange may take: connecting, headers and body together.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00", ParseLimitsInInvariantCulture = true, ErrorMessage = "must be from 00:00:00.1 to 00:01:00, written hh:mm:ss (a bare number counts as days)")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The day (UTC) from which our key is no longer to be used, for the alert before it.</summary>
    public DateOnly? KeyExpiresOn { get; set; }

    /// <summary>One place for validation and for use; the caller disposes the key.</summary>
    internal RSA ReadPrivateKey() => RsaKeys.ReadPrivateKey(IsSet(PrivateKey) ? PrivateKey! : File.ReadAllText(PrivateKeyPath!));

    internal List<KeyValuePair<string, string>> ReadPublicKeys()
    {
        // An empty text counts as not set, as it does for every other setting: sample files hold both ways.
        var given = PublicKeys.Where(key => IsSet(key.Value)).ToList();
        return given.Count > 0 || !IsSet(PublicKeysPath)
            ? given
            : [.. Directory.EnumerateFiles(PublicKeysPath!, "*.pem").Order(StringComparer.Ordinal).Select(file => KeyValuePair.Create(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))];
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var baseUrl = IsSet(BaseUrl) ? CheckBaseUrl(BaseUrl!) : null;
        return (baseUrl is null ? [] : new[] { Problem(baseUrl, nameof(BaseUrl)) })
            .Concat(CheckPrivateKey((KeyElsewhere?)validationContext.GetService(typeof(KeyElsewhere))))
            .Concat(CheckPublicKeys());
    }

    private static string? CheckBaseUrl(string baseUrl)
    {
        if (!Uri.TryCreate(baseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
        {
            return $"{BaseUrlRule}; found a text of {baseUrl.Length} characters that is no such address";
        }

        if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            return $"{BaseUrlRule}; http is for a loopback address only";
        }

        if (uri.UserInfo.Length > 0)
        {
            return $"{BaseUrlRule}; it must not hold a user name or password";
        }

        return uri.PathAndQuery == "/" && uri.Fragment.Length == 0
            ? null
            : $"{BaseUrlRule}; the path {NotifyPushPayment.Path} is added by itself, found a path, query or fragment of {uri.PathAndQuery.Length + uri.Fragment.Length} characters";
    }

    private IEnumerable<ValidationResult> CheckPrivateKey(KeyElsewhere? elsewhere)
    {
        string[] used = [.. new[] { (nameof(PrivateKey), PrivateKey), (nameof(PrivateKeyPath), PrivateKeyPath) }.Where(key => IsSet(key.Item2)).Select(key => key.Item1)];
        if (elsewhere is not null)
        {
            return used.Select(name => Problem($"must not be set beside {elsewhere.Setting}, which names the key that signs; remove one of them", name));
        }

        return used switch
        {
            [] => [Problem("is missing; set it to our private key, or AlipayPlus__PrivateKeyPath to its file", nameof(PrivateKey))],
            [var one] => Try(() => ReadPrivateKey().Dispose()) is { } problem ? [Problem(problem, one)] : [],
            _ => [Problem("set either this or AlipayPlus__PrivateKeyPath, not both", nameof(PrivateKey))],
        };
    }

    private IEnumerable<ValidationResult> CheckPublicKeys()
    {
        var fromTexts = PublicKeys.Any(key => IsSet(key.Value));
        if (fromTexts == IsSet(PublicKeysPath))
        {
            yield return fromTexts
                ? Problem("set either AlipayPlus__PublicKeys__<version> or AlipayPlus__PublicKeysPath, not both", nameof(PublicKeys))
                : Problem("is missing; set it to Alipay+'s public key of that version, or AlipayPlus__PublicKeysPath to a folder of <version>.pem files", $"{nameof(PublicKeys)}__<version>");
            yield break;
        }

        List<KeyValuePair<string, string>> keys = [];
        if (Try(() => keys = ReadPublicKeys()) is { } unreadable)
        {
            yield return Problem(unreadable, nameof(PublicKeysPath));
        }
        else if (keys.Count == 0)
        {
            yield return Problem("the folder holds no <version>.pem file", nameof(PublicKeysPath));
        }

        foreach (var (version, text) in keys)
        {
            var setting = fromTexts ? $"{nameof(PublicKeys)}__{version}" : $"{nameof(PublicKeysPath)} ({version}.pem)";
            if (!KeyVersions.IsValid(version))
            {
                yield return Problem($"the version must be {KeyVersions.Rule}", setting);
            }

            if (Try(() => RsaKeys.ReadPublicKey(text).Dispose()) is { } problem)
            {
                yield return Problem(problem, setting);
            }
        }
    }

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

    private static ValidationResult Problem(string problem, string setting) => new(problem, [setting]);

    private static bool IsSet(string? setting) => !string.IsNullOrWhiteSpace(setting);
}

/// <summary>Our private key lies elsewhere.</summary>
/// <param name="Setting">The environment name of the setting that says where.</param>
internal sealed record KeyElsewhere(string Setting);
