using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// The Retention__… settings; each one not set keeps the default of RetentionPolicy.
internal sealed class RetentionOptions
{
    public RetentionPolicy Policy { get; private set; } = new();

    public IReadOnlyList<string> Unreadable { get; private set; } = [];

    public void Read(IConfigurationSection section)
    {
        var settings = new SettingsReader(section);
        var defaults = new RetentionPolicy();
        Policy = new RetentionPolicy
        {
            Claims = settings.Duration(nameof(RetentionPolicy.Claims)) ?? defaults.Claims,
            History = settings.Duration(nameof(RetentionPolicy.History)) ?? defaults.History,
        };
        Unreadable = settings.Problems();
    }
}
