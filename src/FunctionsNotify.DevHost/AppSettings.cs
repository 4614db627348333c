using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.DevHost;

/// <summary>
/// The settings of the app, as Core Tools reads them: the environment, over the Values of <c>local.settings.json</c>. This
/// project's app gets from <c>local.settings.sample.json</c> what is missing; any other app is left as it is.
/// </summary>
internal sealed class AppSettings
{
    public const string Storage = "AzureWebJobsStorage";
    public const string PaymentsStorage = "PaymentsStorage";

    private const string OwnApp = "FunctionsNotify.App";
    private const string AlipayPlus = "AlipayPlus";
    private const string Delivery = "Delivery__";
    private const string RetryDelays = "Delivery__RetryDelays__";

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _added = new(StringComparer.OrdinalIgnoreCase);

    private AppSettings(string directory)
    {
        AppDirectory = directory;
        IsOwnApp = File.Exists(Path.Combine(directory, $"{OwnApp}.dll"));
    }

    public string AppDirectory { get; }

    public bool IsOwnApp { get; }

    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>What neither the environment nor the file had said.</summary>
    public IReadOnlyDictionary<string, string> Added => _added;

    /// <summary>The app that was built beside this program, in the same configuration.</summary>
    public static string BuiltApp
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.GetFullPath(Path.Combine(own.FullName, "..", "..", OwnApp, own.Name));
        }
    }

    public static IReadOnlyDictionary<string, string> ProcessEnvironment { get; } = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);

    public static AppSettings Read(string? directory, IReadOnlyDictionary<string, string> environment, bool withFile = true)
    {
        var settings = new AppSettings(directory ?? BuiltApp);
        if (directory is null && !settings.IsOwnApp)
        {
            throw Wrong("The function app is not built: ./eng/run.sh builds it, or give --app.");
        }

        foreach (var (name, value) in environment)
        {
            settings._values.TryAdd(name, value);
        }

        foreach (var (name, value) in withFile ? ReadFile(Path.Combine(settings.AppDirectory, "local.settings.json")) : [])
        {
            if (!settings.Has(name))
            {
                settings._values[name] = value;
            }
        }

        settings.Complete("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated");
        settings.Complete("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        if (settings.IsOwnApp)
        {
            foreach (var (name, value) in Sample().Where(setting => !IsAt(setting.Key, AlipayPlus) && !IsAt(setting.Key, Storage) && !IsAt(setting.Key, PaymentsStorage)
                && !setting.Key.StartsWith(Delivery, StringComparison.OrdinalIgnoreCase)))
            {
                settings.Complete(name, value);
            }
        }

        return settings;
    }

    /// <summary>True when the setting, or a part of it such as <c>AzureWebJobsStorage__accountName</c>, is given.</summary>
    public bool Has(string name) => _values.Any(setting => IsAt(setting.Key, name) && setting.Value.Length > 0);

    public void Complete(string name, string value)
    {
        if (!Has(name))
        {
            _values[name] = value;
            _added[name] = value;
        }
    }

    /// <summary>What our app's own storage is where nothing else is said: the host's.</summary>
    public void CompletePaymentsStorage()
    {
        if (!Has(PaymentsStorage))
        {
            foreach (var (name, value) in _values.Where(setting => IsAt(setting.Key, Storage)).ToList())
            {
                Complete(PaymentsStorage + name[Storage.Length..], value);
            }
        }
    }

    /// <summary>True when no address of Alipay+ is given. Settings of another Alipay+ are not meant for the simulator.</summary>
    public bool NeedsSimulator()
    {
        if (!IsOwnApp || Has("AlipayPlus__BaseUrl"))
        {
            return false;
        }

        // The timeout means the same towards the simulator.
        var other = _values.FirstOrDefault(setting => setting.Value.Length > 0
            && (IsAt(setting.Key, AlipayPlus) || IsAt(setting.Key, "KeyVault"))
            && !setting.Key.Equals("AlipayPlus__RequestTimeout", StringComparison.OrdinalIgnoreCase)).Key;
        return other is null
            ? true
            : throw Wrong($"AlipayPlus__BaseUrl: is missing, but {other} is set; set it too, or to use the simulator set nothing of Alipay+ or the key vault");
    }

    /// <summary>Divides every duration of the retry schedule and its rules.</summary>
    public void DivideDelays(double speed)
    {
        var defaults = Sample();
        var ownSchedule = _values.Keys.Any(name => name.StartsWith(RetryDelays, StringComparison.OrdinalIgnoreCase));
        foreach (var (name, value) in defaults.Where(setting => setting.Key.StartsWith(Delivery, StringComparison.Ordinal)))
        {
            if (!(ownSchedule && name.StartsWith(RetryDelays, StringComparison.Ordinal)))
            {
                Complete(name, value);
            }
        }

        foreach (var (name, value) in _values.Where(setting => setting.Key.StartsWith(Delivery, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            if (TryDuration(value, out var duration))
            {
                _values[name] = _added[name] = (duration / speed).ToString("c", CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>The retry schedule, where the settings hold it.</summary>
    public IReadOnlyList<TimeSpan> Schedule() =>
        [.. _values.Where(setting => setting.Key.StartsWith(RetryDelays, StringComparison.OrdinalIgnoreCase)).Select(setting => TryDuration(setting.Value, out var delay) ? delay : default)];

    private static bool TryDuration(string text, out TimeSpan duration) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration) && text.Contains(':', StringComparison.Ordinal);

    /// <summary>The settings that this project's app takes, with its defaults.</summary>
    public static IReadOnlyDictionary<string, string> Sample() => ReadFile(Path.Combine(RepositoryRoot.Find(), "local.settings.sample.json"));

    private static bool IsAt(string name, string section) => name.StartsWith(section, StringComparison.OrdinalIgnoreCase)
        && (name.Length == section.Length || name.AsSpan(section.Length).StartsWith("__"));

    private static Dictionary<string, string> ReadFile(string file)
    {
        var name = Path.GetFileName(file);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            {
                throw Wrong($"{name}: is encrypted; 'func settings decrypt' makes it readable");
            }

            return json.RootElement.TryGetProperty(nameof(Values), out var values)
                ? values.EnumerateObject().ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value.ToString())
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Wrong($"{name}: is not as Core Tools writes it: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static DevHostException Wrong(string problem) => new(problem, DevHostException.WrongSettings);
}
