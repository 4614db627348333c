using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// The Overload__… settings; each one not set keeps the default of OverloadPolicy.
internal sealed class OverloadOptions
{
    public OverloadPolicy Policy { get; private set; } = new();

    public IReadOnlyList<string> Unreadable { get; private set; } = [];

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
