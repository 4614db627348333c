using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// The Delivery__… settings; each one not set keeps the default of DeliveryPolicy.
internal sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    public DeliveryPolicy Policy { get; private set; } = new();

    public IReadOnlyList<string> Unreadable { get; private set; } = [];

    public void Read(IConfigurationSection section)
    {
        var settings = new SettingsReader(section);
        var defaults = new DeliveryPolicy();
        Policy = new DeliveryPolicy
        {
            RetryDelays = settings.Durations(nameof(DeliveryPolicy.RetryDelays)) is { } delays ? [.. delays] : defaults.RetryDelays,
            Jitter = settings.Number(nameof(DeliveryPolicy.Jitter)) ?? defaults.Jitter,
            SetupFloor = settings.Duration(nameof(DeliveryPolicy.SetupFloor)) ?? defaults.SetupFloor,
            SlowDownFloor = settings.Duration(nameof(DeliveryPolicy.SlowDownFloor)) ?? defaults.SlowDownFloor,
            SlowDownCeiling = settings.Duration(nameof(DeliveryPolicy.SlowDownCeiling)) ?? defaults.SlowDownCeiling,
            PostponeBase = settings.Duration(nameof(DeliveryPolicy.PostponeBase)) ?? defaults.PostponeBase,
            PostponeCap = settings.Duration(nameof(DeliveryPolicy.PostponeCap)) ?? defaults.PostponeCap,
            LimiterWait = settings.Duration(nameof(DeliveryPolicy.LimiterWait)) ?? defaults.LimiterWait,
            PostponeLimit = settings.Duration(nameof(DeliveryPolicy.PostponeLimit)) ?? defaults.PostponeLimit,
        };
        Unreadable = settings.Problems();
    }
}
