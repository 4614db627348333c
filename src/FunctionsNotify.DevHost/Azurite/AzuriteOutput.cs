using System.Diagnostics;

namespace FunctionsNotify.DevHost;

/// <summary>Reads what an Azurite says: when all three services listen, and its last words when it fails.</summary>
internal sealed class AzuriteOutput
{
    private const int Services = 3;
    private const int MaxLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private readonly TaskCompletionSource<bool> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public AzuriteOutput(Process process)
    {
        // Its own words, not a probe of the port: on a clash another process would answer the probe.
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _listening.TrySetResult(false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.HasExited)
        {
            _listening.TrySetResult(false);
        }
    }

    /// <summary>True when all services listen, false when the process ended before.</summary>
    public Task<bool> Listening => _listening.Task;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return string.Join(" | ", _last);
            }
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _last.Enqueue(line);
            if (_last.Count > MaxLines)
            {
                _last.Dequeue();
            }

            if (line.Contains("is successfully listening", StringComparison.Ordinal) && ++_count == Services)
            {
                _listening.TrySetResult(true);
            }
        }
    }
}
