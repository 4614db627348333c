using System.Diagnostics;
using System.Globalization;

namespace FunctionsNotify.DevHost;

/// <summary>One process of the function app. It ends when this process does, in whatever way.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int LastLines = 20;

    // The worker never notices that its host is gone, so the shell does: its standard input is a pipe from us. In the
    // background a shell starts programs with SIGINT ignored, so that Ctrl+C ends the host, and the host its worker.
    private const string Shim =
        """
        trap '' INT
        exec 3<&0
        "$@" </dev/null 3<&- & worker=$!
        echo "$worker"
        (cat <&3; kill -9 "$worker") >/dev/null 2>&1 &
        exec 3<&-
        wait "$worker"
        """;

    private readonly Process _process;
    private readonly Queue<string> _last = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<int?> _id = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WorkerProcess(Process process, Action<string> output)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => TakeOutput(line.Data, output);
        process.ErrorDataReceived += (_, line) => Take(line.Data, output);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = WaitAsync();
    }

    /// <summary>The operating system's id of the function app's process.</summary>
    public Task<int?> IdAsync => _id.Task;

    /// <summary>Completes with the exit code when it has ended and its last words are read.</summary>
    public Task<int> Exited { get; }

    public IReadOnlyList<string> LastWords
    {
        get
        {
            lock (_lock)
            {
                return [.. _last];
            }
        }
    }

    public static WorkerProcess Start(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string> output)
    {
        // The shell takes away variables whose names it could not write itself, such as AzureWebJobs.Intake.Disabled.
        var odd = environment.Where(variable => !variable.Key.All(character => char.IsAsciiLetterOrDigit(character) || character == '_')).Select(variable => $"{variable.Key}={variable.Value}");
        var start = new ProcessStartInfo("/bin/sh", ["-c", Shim, "worker", "env", .. odd, "dotnet", assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("The worker's process did not start."), output);
    }

    /// <summary>Waits for its end, and kills it when it does not come.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        try
        {
            await Exited.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await Exited;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(TimeSpan.Zero);
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        _id.TrySetResult(null);
        // The shell's watcher ends with the pipe.
        _process.StandardInput.Close();
        return _process.ExitCode;
    }

    private void TakeOutput(string? line, Action<string> output)
    {
        if (!_id.Task.IsCompleted && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            _id.TrySetResult(id);
            return;
        }

        Take(line, output);
    }

    private void Take(string? line, Action<string> output)
    {
        if (string.IsNullOrEmpty(line))
        {
            return;
        }

        lock (_lock)
        {
            _last.Enqueue(line);
            if (_last.Count > LastLines)
            {
                _last.Dequeue();
            }
        }

        output(line);
    }
}
