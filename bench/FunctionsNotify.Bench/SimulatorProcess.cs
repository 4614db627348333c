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
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(SimulatorProcess).Assembly.Location, SimulatorWorker.Argument, Path.Combine(folder, "keys")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The simulator did not start.");
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => _ = line.Data is { } text
            ? said.TrySetResult(text)
            : said.TrySetException(new InvalidOperationException("The simulator did not come up."));
        process.BeginOutputReadLine();
        var address = await said.Task.WaitAsync(StartTimeout);
        var control = new SimulatorControl(new Uri(address));
        return new SimulatorProcess(process, control, (await control.GetKeysAsync()).HostSettings);
    }

    public void Dispose()
    {
        Control.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(StartTimeout))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
