using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.Deliveries;

/// <summary>The <c>Overload__…</c> settings; each one not set keeps the default of <see cref="OverloadPolicy"/>.</summary>
public sealed class OverloadOptions
{
    /// <summary>The policy that the settings make.</summary>
    public OverloadPolicy Policy { get; private set; } = new();

    /// <summary>One line for each setting that could not be read.</summary>
    public IReadOnlyList<string> Unreadable { get; private set; } = [];

    /// <summary>Reads the settings; the names are those of <see cref="OverloadPolicy"/>'s members.</summary>
    /// <param name="section">The section.</param>
    public void Read(IConfigurationSection section)
    {
        var settings = new SettingsReader(section);
        var defaults = new OverloadPolicy();
        Policy = new OverloadPolicy
        {
            MaxConcurrentSends = settings.WholeNumber(nameof(OverloadPolicy.MaxConcurrentSends)) ?? defaults.MaxConcurrentSends,
            MaxSendsPerSecond = settings.Number(nameof(OverloadPolicy.MaxSendsPerSecond)) ?? defaults.MaxSendsPerSecond,
            LimiterPatience = settings.Duration(nameof(OverloadPolicy.LimiterPatience)) ?? defaults.LimiterPatience,
            BreakerWindow = settings.Duration(nameof(OverloadPolicy.BreakerWindow)) ?? defaults.BreakerWindow,
            BreakerMinSends = settings.WholeNumber(nameof(OverloadPolicy.BreakerMinSends)) ?? defaults.BreakerMinSends,
            BreakerMinPayments = settings.WholeNumber(nameof(OverloadPolicy.BreakerMinPayments)) ?? defaults.BreakerMinPayments,
            BreakerFailureShare = settings.Number(nameof(OverloadPolicy.BreakerFailureShare)) ?? defaults.BreakerFailureShare,
            BreakerPause = settings.Duration(nameof(OverloadPolicy.BreakerPause)) ?? defaults.BreakerPause,
        };
        Unreadable = settings.Problems();
    }
}
