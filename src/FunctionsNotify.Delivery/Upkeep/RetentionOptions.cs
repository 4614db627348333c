using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.Deliveries;

/// <summary>The <c>Retention__…</c> settings; each one not set keeps the default of <see cref="RetentionPolicy"/>.</summary>
public sealed class RetentionOptions
{
    /// <summary>The policy that the settings make.</summary>
    public RetentionPolicy Policy { get; private set; } = new();

    /// <summary>One line for each setting that could not be read.</summary>
    public IReadOnlyList<string> Unreadable { get; private set; } = [];

    /// <summary>Reads the settings; the names are those of <see cref="RetentionPolicy"/>'s members.</summary>
    /// <param name="section">The section.</param>
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
