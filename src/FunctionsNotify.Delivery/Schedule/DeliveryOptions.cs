using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.Deliveries;

/// <summary>The <c>Delivery__…</c> settings; each one not set keeps the default of <see cref="DeliveryPolicy"/>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Delivery";

    /// <summary>The policy that the settings make.</summary>
    public DeliveryPolicy Policy { get; private set; } = new();

    /// <summary>One line for each setting that could not be read.</summary>
    public IReadOnlyList<string> Unreadable { get; private set; } = [];

    /// <summary>Reads the settings; the names are those of <see cref="DeliveryPolicy"/>'s members.</summary>
    /// <param name="section">The section.</param>
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
