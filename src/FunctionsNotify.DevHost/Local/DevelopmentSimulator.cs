using FunctionsNotify.AlipayPlus;
using FunctionsNotify.KeyVault;
using FunctionsNotify.Simulator;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.DevHost;

/// <summary>When the simulator stands in for Alipay+, and with which settings.</summary>
internal static class DevelopmentSimulator
{
    // The one setting that means the same towards the simulator.
    private const string KeptSetting = nameof(AlipayPlusOptions.RequestTimeout);

    /// <summary>True when no address of Alipay+ is given.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="problems">Takes a line when other settings of Alipay+ are given without the address: they are not meant for the simulator.</param>
    public static bool IsNeeded(IConfiguration configuration, ICollection<string> problems)
    {
        var section = configuration.GetSection(AlipayPlusOptions.SectionName);
        if (!string.IsNullOrWhiteSpace(section[nameof(AlipayPlusOptions.BaseUrl)]))
        {
            return false;
        }

        var others = section.GetChildren().Select(child => child.Key).Where(key => !key.Equals(KeptSetting, StringComparison.OrdinalIgnoreCase)).ToList();
        if (others.Count > 0)
        {
            problems.Add($"AlipayPlus__BaseUrl: is missing, but AlipayPlus__{others[0]} is set; set it, or no AlipayPlus__ setting to use the simulator");
        }

        if (KeyVaultOptions.IsUsed(configuration.GetSection(KeyVaultOptions.Section)))
        {
            problems.Add("AlipayPlus__BaseUrl: is missing, but KeyVault__ settings are set; set it, or no KeyVault__ setting: the simulator knows only its development key");
            return false;
        }

        return others.Count == 0;
    }

    /// <summary>Adds the settings that reach the simulator with its development keys.</summary>
    public static void AddSettings(SimulatorServer simulator, IDictionary<string, string?> settings)
    {
        foreach (var (name, value) in simulator.HostSettings)
        {
            settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }
    }
}
