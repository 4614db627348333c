using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FunctionsNotify.DevHost;

public sealed class AzuriteException(string message, Exception? innerException = null) : Exception(message, innerException);

public sealed record AzuriteOptions
{
    /// <summary>Null for a temporary folder that goes with the process.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>True to keep all data in memory: it is gone when Azurite stops, and no request waits for the disk.</summary>
    public bool InMemory { get; init; }

    /// <summary>Null for <c>eng/azurite</c> of the repository.</summary>
    public string? PackageDirectory { get; init; }

    /// <summary>Ports 10000 to 10002, for <c>UseDevelopmentStorage=true</c>; where one is taken, and without this, free ones.</summary>
    public bool UsualPorts { get; init; }

    /// <summary>The file that takes one line for each request, its time first.</summary>
    public string? AccessLog { get; init; }

    /// <summary>How long it may take to answer, on a busy machine too; installing is not counted, and its end is seen at once.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(3);
}

/// <summary>
/// An Azurite of our own. It ends, its data saved, when it is stopped, disposed, or when this process ends in any way; it can
/// be stopped and started again on the same ports and data. It writes its queues to disk only every few seconds and when it
/// ends in order: a crash of Azurite itself can lose what a storage account would have kept.
/// </summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private const int StartTries = 5;
    private const int LastLines = 20;
    private const string PidFile = "azurite.pid";

    // Azurite's own well-known development account; no secret.
    private const string Account = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Its standard input is a pipe from us: it ends when we stop it and when we die, also by kill -9. Ctrl-C and the end of
    // a terminal go to its whole process group; Azurite has to outlive us and save its data, so it does not hear them. When
    // we have died its output is broken as well: a last word that cannot be said must not keep it from saving its data.
    // Its last act is to take the pid file away.
    private const string Shim =
        "const once=process.once;process.once=function(e,h){return e==='SIGINT'?this:once.call(this,e,h)};" +
        "process.on('SIGINT',()=>{});process.on('SIGHUP',()=>{});" +
        "process.stdout.on('error',()=>{});process.stderr.on('error',()=>{});" +
        "process.stdin.on('end',()=>process.emit('SIGTERM')).on('error',()=>process.emit('SIGTERM')).resume();" +
        $"process.on('exit',()=>{{try{{require('fs').unlinkSync('{PidFile}')}}catch{{}}}});" +
        "setTimeout(()=>require(process.argv[1]),0)";

    private static readonly string[] Services = ["blob", "queue", "table"];
    private static readonly int[] Usual = [10000, 10001, 10002];
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly AzuriteOptions _options;
    private readonly string _script;
    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private readonly StreamWriter? _accessLog;
    private int[] _ports;
    private Process? _process;

    private AzuriteProcess(AzuriteOptions options, string script)
    {
        _options = options;
        _script = script;
        _ports = ChoosePorts(options.UsualPorts);
        _accessLog = options.AccessLog is { } file ? new StreamWriter(file, append: true) { AutoFlush = true } : null;
        DataDirectory = options.DataDirectory is { } given ? Path.GetFullPath(given) : Directory.CreateTempSubdirectory("functions-notify-azurite-").FullName;
    }

    public string DataDirectory { get; }

    public bool HasUsualPorts => _ports.SequenceEqual(Usual);

    /// <summary>Stays the same over stop and start.</summary>
    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};BlobEndpoint=http://127.0.0.1:{_ports[0]}/{Account};QueueEndpoint=http://127.0.0.1:{_ports[1]}/{Account};TableEndpoint=http://127.0.0.1:{_ports[2]}/{Account};");

    public int? ProcessId => IsRunning ? _process?.Id : null;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Installs the pinned package if need be, starts it and waits until it answers.</summary>
    public static async Task<AzuriteProcess> StartAsync(AzuriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AzuriteOptions();
        var script = await AzuritePackage.EnsureAsync(options.PackageDirectory ?? Path.Combine(RepositoryRoot.Find(), "eng", "azurite"), cancellationToken).ConfigureAwait(false);
        var azurite = new AzuriteProcess(options, script);
        try
        {
            await azurite.LaunchAsync(mayChangePorts: true, cancellationToken).ConfigureAwait(false);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a stopped one again on the same ports and data.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => IsRunning
        ? throw new InvalidOperationException("Azurite is running: stop it first.")
        : LaunchAsync(mayChangePorts: false, cancellationToken);

    /// <summary>Stops it in order; its data is saved.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        // Also where it has ended: its last words may still be on their way.
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(StopTimeout);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _accessLog?.Dispose();
        }

        if (_options.DataDirectory is null && Directory.Exists(DataDirectory))
        {
            try
            {
                Directory.Delete(DataDirectory, recursive: true);
            }
            catch (IOException)
            {
                // A temporary folder that stays behind does no harm.
            }
        }
    }

    private async Task LaunchAsync(bool mayChangePorts, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(DataDirectory);
        await FormerEndedAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            if (await ListensAsync(StartProcess(), cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await StopAsync().ConfigureAwait(false);
            string said;
            lock (_lock)
            {
                said = string.Join(" | ", _last);
                _last.Clear();
            }

            if (attempt == StartTries || !said.Contains("EADDRINUSE", StringComparison.Ordinal))
            {
                throw new AzuriteException($"Azurite did not answer within {_options.StartTimeout.TotalSeconds:0} s: {(said.Length == 0 ? "it said nothing" : said)}");
            }

            if (mayChangePorts)
            {
                _ports = ChoosePorts(usual: false);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // When the process before us was killed, its Azurite ends by itself but needs a moment to save its data. The file tells
    // its end also where nobody reaps processes without a parent, as in many containers.
    private async Task FormerEndedAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(DataDirectory, PidFile);
        if (!File.Exists(file) || !int.TryParse(await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return;
        }

        var waited = Stopwatch.StartNew();
        while (File.Exists(file) && IsNode(processId))
        {
            if (waited.Elapsed > StopTimeout)
            {
                throw new AzuriteException($"Another Azurite, process {processId}, is using the data folder: stop it, or give another folder.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }

    // A number that the system has given to another program since is no reason to wait.
    private static bool IsNode(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited && process.ProcessName.StartsWith("node", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    // True when all three services listen, false when the process ended before. Its own words, not a probe of the port: on a
    // clash another process would answer the probe.
    private Task<bool> StartProcess()
    {
        string[] arguments =
        [
            "-e", Shim, "--", _script, "--disableTelemetry", "--skipApiVersionCheck",
            .. _options.InMemory ? ["--inMemoryPersistence"] : (string[])["--location", DataDirectory],
            .. Services.SelectMany((service, index) => new[]
            {
                $"--{service}Host", "127.0.0.1", $"--{service}Port", _ports[index].ToString(CultureInfo.InvariantCulture),
            }),
            .. _accessLog is null ? ["--silent"] : Array.Empty<string>(),
        ];
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("node", arguments)
            {
                WorkingDirectory = DataDirectory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new AzuriteException("node did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new AzuriteException("node was not found: install Node.js 20 or later, or set AzureWebJobsStorage to a storage account or a running Azurite.", exception);
        }

        _process = process;
        File.WriteAllText(Path.Combine(DataDirectory, PidFile), process.Id.ToString(CultureInfo.InvariantCulture));
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        void Take(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (_lock)
            {
                if (listening.Task.IsCompleted)
                {
                    _accessLog?.WriteLine($"{DateTimeOffset.UtcNow:O} {line}");
                }

                _last.Enqueue(line);
                if (_last.Count > LastLines)
                {
                    _last.Dequeue();
                }

                if (line.Contains("is successfully listening", StringComparison.Ordinal) && ++count == Services.Length)
                {
                    listening.TrySetResult(true);
                }
            }
        }

        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetResult(false);
        return listening.Task;
    }

    private async Task<bool> ListensAsync(Task<bool> listening, CancellationToken cancellationToken)
    {
        try
        {
            return await listening.WaitAsync(_options.StartTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Free a moment ago: another process may take one before Azurite does.
    private static int[] ChoosePorts(bool usual)
    {
        var listeners = (usual ? Usual : [0, 0, 0]).Select(port => new TcpListener(IPAddress.Loopback, port)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        catch (SocketException) when (usual)
        {
            return ChoosePorts(usual: false);
        }
        finally
        {
            listeners.ForEach(listener => listener.Stop());
        }
    }
}
