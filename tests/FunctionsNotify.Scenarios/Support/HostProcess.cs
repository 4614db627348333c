using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>The development host as a process of its own, that can be killed and started again over the same state.</summary>
/// <param name="port">Where its API is to be.</param>
/// <param name="settings">Its whole configuration; nothing else of this process's environment that a host would read reaches it.</param>
internal sealed class HostProcess(int port, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private const int LinesKept = 100_000;
    private const int TerminateSignal = 15;
    private const int KillSignal = 9;
    private const string Worker = "FunctionsNotify.App.dll";

    // The host gives its extensions 20 s and its worker 10.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <summary>The folder of the app that it runs.</summary>
    public static string AppFolder => Path.GetDirectoryName(Program("FunctionsNotify.App"))!;

    /// <summary>The folder of the host itself.</summary>
    public static string HostFolder => Path.GetDirectoryName(Program("FunctionsNotify.DevHost"))!;

    /// <summary>Its last lines of output, of all its lives.</summary>
    public string Log => string.Join('\n', _log);

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The app that it runs, where not this build's.</summary>
    public string App { get; set; } = AppFolder;

    /// <summary>Sends a process a signal.</summary>
    /// <returns>0 when it was sent.</returns>
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static extern int Signal(int processId, int signal);

    /// <summary>Starts it; it may take a moment until it answers.</summary>
    /// <param name="extra">Settings for this life only.</param>
    public void Start(params IEnumerable<KeyValuePair<string, string>> extra)
    {
        Assert.False(IsRunning, "The host runs already.");
        // All hosts wait for the one thread of Azurite, so it goes first.
        var start = new ProcessStartInfo("nice", ["-n", "10", "dotnet", Program("FunctionsNotify.DevHost"), "run", "--port", port.ToString(CultureInfo.InvariantCulture), "--app", App])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        HostEnvironment.Clear(start.Environment);
        foreach (var (name, value) in settings.Concat(extra))
        {
            if (name == Setting.ShortLeases)
            {
                start.ArgumentList.Add(name);
                continue;
            }

            start.Environment[name] = value;
        }

        Note("== start ==");
        if (_process is null)
        {
            // Whoever ends the tests ends their hosts.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until its API answers.</summary>
    public async Task AnswersAsync(NotifyApi api)
    {
        await Eventually.BecomesTrueAsync(
            async () => !IsRunning || await api.AnswersAsync(), HostUnderTest.Patience, $"the host to answer; it said:\n{Log}\n");
        Assert.True(IsRunning, $"the host ended by itself; it said:\n{Log}");
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does; its worker goes with it.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        var worker = process.HasExited ? null : WorkerId();
        process.Kill();
        await process.WaitForExitAsync();
        Note("== killed ==");
        if (worker is { } id)
        {
            await Eventually.BecomesTrueAsync(() => !IsWorker(id), Eventually.Soon, $"worker {id} to die with its host");
        }
    }

    /// <summary>Ends only its worker at once; the host is to start another.</summary>
    /// <returns>False when there was none.</returns>
    public bool KillWorker()
    {
        if (WorkerId() is not { } worker)
        {
            return false;
        }

        Note("== worker killed ==");
        return Signal(worker, KillSignal) == 0;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline);
        try
        {
            await _process!.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The host did not end within {deadline.TotalSeconds:0} s; it said:\n{Log}");
        }
    }

    /// <summary>Asks it to stop and waits; kills it when it does not.</summary>
    /// <returns>Its exit code; null when it had to be killed.</returns>
    public async Task<int?> StopAsync()
    {
        if (_process is not { HasExited: false } process)
        {
            return _process?.ExitCode;
        }

        try
        {
            if (Signal(process.Id, TerminateSignal) == 0)
            {
                return await ExitAsync(StopTimeout);
            }
        }
        catch (TimeoutException)
        {
            // Killed below; the caller sees it in the result.
        }

        await KillAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _process = null;
    }

    private void End()
    {
        if (IsRunning)
        {
            _process!.Kill();
        }
    }

    private static string Program(string name) => typeof(HostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == name).Value!;

    // Only Linux tells a process's children without a tool. Between the host and its worker there is a shell.
    private int? WorkerId() => OperatingSystem.IsLinux() && _process is { HasExited: false } process ? WorkerBelow(process.Id) : null;

    private static int? WorkerBelow(int id)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{id}/task")
                .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
                .Select(child => IsWorker(child) ? child : WorkerBelow(child))
                .FirstOrDefault(found => found is not null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile.
            return null;
        }
    }

    private static bool IsWorker(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            return line is [var program, var assembly, ..] && program.EndsWith("dotnet", StringComparison.Ordinal) && assembly.EndsWith(Worker, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

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
}
