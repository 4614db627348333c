using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.Infra.Tests.Settings;

/// <summary>A configuration that is empty and remembers what it was asked for.</summary>
internal sealed class AskedSettings : ConfigurationProvider, IConfigurationSource
{
    // A binder looks at an object's properties only where there is something below its section.
    private const string Probe = "Probe";
    private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Environment names below a section, a list's index as 0 and a map's key as *; plain names in capitals.</summary>
    public IEnumerable<string> Names => _asked
        .Where(key => !key.Contains(Probe, StringComparison.OrdinalIgnoreCase) && (key.Contains(':', StringComparison.Ordinal) || key.Contains('_', StringComparison.Ordinal)))
        .Select(key => key.Replace(":*0", ":*", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal))
        .Where(name => !_asked.Any(other => other.StartsWith(name.Replace("__", ":", StringComparison.Ordinal) + ":", StringComparison.OrdinalIgnoreCase)));

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override bool TryGet(string key, out string? value)
    {
        _asked.Add(key);
        value = key.EndsWith(":" + Probe, StringComparison.Ordinal) ? Probe : null;
        return value is not null;
    }

    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) => parentPath switch
    {
        null => earlierKeys,
        "Delivery:RetryDelays" => ["0"],
        "AlipayPlus:PublicKeys" => ["*"],
        _ when !parentPath.Contains(':', StringComparison.Ordinal) => [Probe],
        _ => earlierKeys,
    };
}
