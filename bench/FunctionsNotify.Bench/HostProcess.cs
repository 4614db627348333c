using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Bench;

/// <summary>The development host as a process of its own, so that its processor time is its own.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _workerId;

    private HostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"The host ended: {string.Join(" | ", _said.TakeLast(10))}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static async Task<HostProcess> StartAsync(string devHost, string app, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [devHost, "run", "--port", "0", "--app", app]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var host = new HostProcess(Process.Start(start)!);
        try
        {
            await host._ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of the HTTP API.</summary>
    public Uri? Api { get; private set; }

    public TimeSpan HostTime => TimeOf(_process.Id);

    public TimeSpan WorkerTime => TimeOf(_workerId);

    public static TimeSpan TimeOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }

    public static double MebibytesOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64 / 1024d / 1024d;
    }

    public (double Host, double Worker) Mebibytes => (MebibytesOf(_process.Id), MebibytesOf(_workerId));

    public async ValueTask DisposeAsync()
    {
        // Its worker ends with it.
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _said.Enqueue(line);
        if (Worker().Match(line) is { Success: true } worker)
        {
            _workerId = int.Parse(worker.Groups[1].Value, CultureInfo.InvariantCulture);
        }

        if (line.StartsWith("API: ", StringComparison.Ordinal))
        {
            Api = new Uri(line["API: ".Length..] + "/");
        }

        if (line.StartsWith("Ready", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }

    [GeneratedRegex("runs as process ([0-9]+)")]
    private static partial Regex Worker();
}
