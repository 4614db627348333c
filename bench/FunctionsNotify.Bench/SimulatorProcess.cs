using System.Diagnostics;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Bench;

/// <summary>The simulator as its own process, so that its processor time is its own.</summary>
internal sealed class SimulatorProcess : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private SimulatorProcess(Process process, SimulatorControl control, IReadOnlyDictionary<string, string> settings)
    {
        _process = process;
        Control = control;
        Settings = settings;
    }

    public SimulatorControl Control { get; }

    /// <summary>What a host needs to reach it, by environment names.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    public TimeSpan Processor => ProcessorTime.Of(_process.Id);

    public static async Task<SimulatorProcess> StartAsync(string folder)
    {
        var urlFile = Path.Combine(folder, "simulator.url");
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "FunctionsNotify.Simulator.dll"), "--keys", Path.Combine(folder, "keys"), "--url-file", urlFile])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The simulator did not start.");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        for (var waited = Stopwatch.StartNew(); !File.Exists(urlFile); await Task.Delay(50))
        {
            if (process.HasExited || waited.Elapsed > StartTimeout)
            {
                throw new InvalidOperationException("The simulator did not come up.");
            }
        }

        var control = new SimulatorControl(new Uri((await File.ReadAllTextAsync(urlFile)).Trim()));
        return new SimulatorProcess(process, control, (await control.GetKeysAsync()).HostSettings);
    }

    public void Dispose()
    {
        Control.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
