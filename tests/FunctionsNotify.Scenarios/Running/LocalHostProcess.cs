using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>The local host as a process of its own, that can be killed and started again over the same state.</summary>
public sealed class LocalHostProcess : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private const int LinesKept = 100_000;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <summary>Makes a host that is not started yet.</summary>
    /// <param name="settings">Its whole configuration by environment name; nothing else of this process's environment reaches it.</param>
    public LocalHostProcess(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    /// <summary>Its last lines of output, of all its lives.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>True while it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts it; it may take a moment until it answers.</summary>
    /// <param name="extra">Settings for this life only.</param>
    public void Start(params KeyValuePair<string, string>[] extra)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("The host runs already.");
        }

        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet", [Program(), "run"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var foreign in start.Environment.Keys.Where(IsHostSetting).ToList())
        {
            start.Environment.Remove(foreign);
        }

        foreach (var (name, value) in _settings.Concat(extra))
        {
            start.Environment[name] = value;
        }

        Note("== start ==");
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until its API answers.</summary>
    public Task AnswersAsync(NotifyApi api) => Eventually.BecomesTrueAsync(
        async () => IsRunning ? await api.AnswersAsync() : throw new InvalidOperationException($"the host ended with exit code {_process?.ExitCode}"),
        StartTimeout,
        $"the local host to answer; it said:\n{Log}\n");

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            Note("== killed ==");
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan deadline)
    {
        var process = _process ?? throw new InvalidOperationException("The host was not started.");
        using var timeout = new CancellationTokenSource(deadline);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The local host did not end within {deadline.TotalSeconds:0} s; it said:\n{Log}");
        }
    }

    /// <summary>Asks it to stop and waits; kills it when it does not.</summary>
    /// <returns>True when it stopped by itself.</returns>
    public async Task<bool> StopAsync()
    {
        if (_process is not { HasExited: false } process)
        {
            return true;
        }

        if (!OperatingSystem.IsWindows())
        {
            _ = Terminate(process.Id, TerminateSignal);
            try
            {
                await ExitAsync(StopTimeout);
                return true;
            }
            catch (TimeoutException)
            {
                // Killed below; the caller sees it in the result.
            }
        }

        await KillAsync();
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
    }

    private static string Program() => typeof(LocalHostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "LocalHostProgram").Value!;

    private static bool IsHostSetting(string name) =>
        new[] { "AzureWebJobs", "AzureFunctionsJobHost", "AlipayPlus__", "Delivery__", "Queues__", "Storage__", "LocalHost__", "NOTIFY_" }
            .Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        while (_log.Count > LinesKept && _log.TryDequeue(out _))
        {
        }
    }

    [UnsupportedOSPlatform("windows")]
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Terminate(int processId, int signal);
}
