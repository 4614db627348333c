using FunctionsNotify.Simulator;
using FunctionsNotify.Storage;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost;

/// <summary>Azurite and the simulator for another host on this machine, such as the function app under Core Tools.</summary>
internal static class DevelopmentServices
{
    /// <summary>Starts both, writes the settings that reach them, and ends them when it is stopped.</summary>
    /// <param name="configuration">The settings of the local host: the data folder and the simulator's port.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ConfigurationException">Settings are wrong; nothing was started.</exception>
    public static async Task RunAsync(IConfiguration configuration, CancellationToken stop)
    {
        var problems = new List<string>();
        var options = LocalHostOptions.Read(configuration, problems);
        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }

        using var data = DataDirectory.Take(options.Data);
        File.Delete(data.ServiceSettings);
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataDirectory = data.Azurite }, stop).ConfigureAwait(false);
        await using (azurite.ConfigureAwait(false))
        {
            var simulator = await SimulatorServer.StartAsync(
                new SimulatorOptions { Port = options.SimulatorPort, KeysDirectory = data.SimulatorKeys }, stop).ConfigureAwait(false);
            await using (simulator.ConfigureAwait(false))
            {
                AzuriteAddress.Write(data.Path, azurite.ConnectionString);
                WriteSettings(data.ServiceSettings, [new(StorageConnectionOptions.Section, azurite.ConnectionString), new(StorageConnectionOptions.PaymentsSection, azurite.ConnectionString), .. simulator.HostSettings]);
                Console.Out.WriteLine($"Simulator: {simulator.BaseAddress}");
                Console.Out.WriteLine($"Settings: {data.ServiceSettings}");
                await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                AzuriteAddress.Remove(data.Path);
            }
        }
    }

    // Moved into place whole: who waits for the file never reads half of it.
    private static void WriteSettings(string file, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var fresh = file + ".new";
        File.WriteAllLines(fresh, settings.Select(setting => $"{setting.Key}={setting.Value}"));
        File.Move(fresh, file, overwrite: true);
    }
}
