using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FunctionsNotify.DevHost;

/// <summary>
/// An Azurite of our own on free loopback ports: blobs, queues and tables. It ends, its data saved, when it is stopped,
/// disposed, or when this process ends in any way. It can be stopped and started again on the same ports and data.
/// <para>Azurite writes its queues to disk only every few seconds and when it ends in order: only a crash of Azurite
/// itself or of the whole machine can lose what a real storage account would have kept.</para>
/// </summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private const int StartTries = 5;

    // Azurite's own well-known development account; no secret.
    private const string Account = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Its standard input is a pipe from us: it ends when we stop it and when we die, also by kill -9. Ctrl-C goes to the
    // whole process group of a terminal; Azurite has to outlive the host's own orderly stop, so it does not hear it. When
    // we have died its output is broken as well: a last word that cannot be said must not keep it from saving its data.
    private const string Shim =
        "const once=process.once;process.once=function(e,h){return e==='SIGINT'?this:once.call(this,e,h)};" +
        "process.on('SIGINT',()=>{});" +
        "process.stdout.on('error',()=>{});process.stderr.on('error',()=>{});" +
        "process.stdin.on('end',()=>process.emit('SIGTERM')).on('error',()=>process.emit('SIGTERM')).resume();" +
        $"process.on('exit',()=>{{try{{require('fs').unlinkSync('{PidFile.Name}')}}catch{{}}}});" +
        "setTimeout(()=>require(process.argv[1]),0)";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly AzuriteOptions _options;
    private readonly string _script;
    private readonly bool _ownsData;
    private readonly int[] _ports;
    private Process? _process;
    private AzuriteOutput? _output;

    private AzuriteProcess(AzuriteOptions options, string script)
    {
        _options = options;
        _script = script;
        _ownsData = options.DataDirectory is null;
        DataDirectory = options.DataDirectory is { } given
            ? Path.GetFullPath(given)
            : Directory.CreateTempSubdirectory("functions-notify-azurite-").FullName;
        _ports = LoopbackPorts.Free(3);
    }

    /// <summary>The folder with its data.</summary>
    public string DataDirectory { get; }

    /// <summary>The connection string of its only account; stays the same over stop and start.</summary>
    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};BlobEndpoint=http://127.0.0.1:{_ports[0]}/{Account};QueueEndpoint=http://127.0.0.1:{_ports[1]}/{Account};TableEndpoint=http://127.0.0.1:{_ports[2]}/{Account};");

    /// <summary>Its process id; null while it is stopped.</summary>
    public int? ProcessId => IsRunning ? _process?.Id : null;

    /// <summary>True while its process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Installs the pinned package if need be, starts it and waits until it answers.</summary>
    /// <param name="options">How; null for a temporary one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="AzuriteException">It could not be installed or started.</exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AzuriteOptions();
        var package = options.PackageDirectory ?? Path.Combine(RepositoryRoot.Find(), "eng", "azurite");
        var script = await AzuritePackage.EnsureAsync(package, cancellationToken).ConfigureAwait(false);
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
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="AzuriteException">It could not be started.</exception>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    public Task RestartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("Azurite runs: stop it first.");
        }

        return LaunchAsync(mayChangePorts: false, cancellationToken);
    }

    /// <summary>Stops it in order; its data is saved.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
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
        }

        process.Dispose();
        _process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_ownsData && Directory.Exists(DataDirectory))
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
        await PidFile.WaitForFormerAsync(DataDirectory, StopTimeout, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            StartProcess();
            if (await AnswersAsync(cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            var said = _output!.Text;
            await StopAsync().ConfigureAwait(false);
            if (attempt == StartTries || !said.Contains("EADDRINUSE", StringComparison.Ordinal))
            {
                throw new AzuriteException($"Azurite did not answer within {_options.StartTimeout.TotalSeconds:0} s: {(said.Length == 0 ? "it said nothing" : said)}");
            }

            if (mayChangePorts)
            {
                LoopbackPorts.Free(3).CopyTo(_ports, 0);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void StartProcess()
    {
        string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            "node",
            [
                "-e", Shim, "--", _script,
                "--location", DataDirectory,
                "--blobHost", "127.0.0.1", "--blobPort", Text(_ports[0]),
                "--queueHost", "127.0.0.1", "--queuePort", Text(_ports[1]),
                "--tableHost", "127.0.0.1", "--tablePort", Text(_ports[2]),
                "--disableTelemetry", "--skipApiVersionCheck", "--silent",
            ])
        {
            WorkingDirectory = DataDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            _process = Process.Start(start) ?? throw new AzuriteException("node did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new AzuriteException("node was not found: install Node.js 20 or later, or set AzureWebJobsStorage to a storage account or a running Azurite.", exception);
        }

        PidFile.Write(DataDirectory, _process.Id);
        _output = new AzuriteOutput(_process);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.StartTimeout);
        try
        {
            return await _output!.Listening.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
