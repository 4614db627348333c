using FunctionsNotify.DevHost.Rpc;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.DevHost;

/// <summary>A worker that is ready for invocations.</summary>
internal sealed record ReadyWorker(WorkerChannel Channel, Uri? HttpUri);

/// <summary>
/// The function app's process: started, asked for its functions, and started again when it dies. Who calls meanwhile
/// waits at <see cref="ReadyAsync"/>.
/// </summary>
internal sealed class Worker : IAsyncDisposable
{
    private const int StartsInARow = 3;

    // What a shell makes of SIGKILL.
    private const int Killed = 128 + 9;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly FunctionsHostOptions _options;
    private readonly RpcServer _rpc;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly string _assembly;
    private readonly Dictionary<string, string> _environment;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();

    private TaskCompletionSource<ReadyWorker> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerProcess? _process;
    private WorkerChannel? _channel;
    private Task _watching = Task.CompletedTask;

    private Worker(FunctionsHostOptions options, RpcServer rpc, ILoggerFactory loggers, string assembly)
    {
        _options = options;
        _rpc = rpc;
        _loggers = loggers;
        _log = loggers.CreateLogger("Worker");
        _assembly = assembly;
        _environment = new Dictionary<string, string>(options.Settings, StringComparer.Ordinal)
        {
            ["FUNCTIONS_WORKER_DIRECTORY"] = options.AppDirectory,
            ["FUNCTIONS_APPLICATION_DIRECTORY"] = options.AppDirectory,
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        };
        _environment.TryAdd("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        Functions = [];
    }

    public IReadOnlyList<FunctionDefinition> Functions { get; private set; }

    /// <summary>Faults when the worker cannot be kept running.</summary>
    public Task Failed => _failed.Task;

    public static async Task<Worker> StartAsync(FunctionsHostOptions options, RpcServer rpc, ILoggerFactory loggers, Uri address, CancellationToken cancellationToken)
    {
        var worker = new Worker(options, rpc, loggers, WorkerConfig.Assembly(options.AppDirectory));
        worker._environment.TryAdd("WEBSITE_HOSTNAME", address.Authority);
        try
        {
            worker._ready.SetResult(await worker.LaunchFirstAsync(cancellationToken));
            worker._watching = worker.WatchAsync();
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public Task<ReadyWorker> ReadyAsync(CancellationToken cancellationToken) => Volatile.Read(ref _ready).Task.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _channel?.Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(StopTimeout) } });
        if (_process is { } process)
        {
            await process.EndAsync(_channel is null ? TimeSpan.Zero : StopTimeout);
            await _watching;
            await process.DisposeAsync();
        }

        _stopping.Dispose();
    }

    // A process that was killed has not refused to start.
    private async Task<ReadyWorker> LaunchFirstAsync(CancellationToken cancellationToken)
    {
        for (var start = 1; ; start++)
        {
            try
            {
                return await LaunchAsync(cancellationToken);
            }
            catch (DevHostException fault) when (start < StartsInARow && _process!.Exited is { IsCompletedSuccessfully: true, Result: Killed })
            {
                HostLog.WorkerNotStarted(_log, fault.Message);
            }
        }
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            var exitCode = await _process!.Exited;
            var gate = new TaskCompletionSource<ReadyWorker>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _ready, gate);
            _channel?.Close();
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            HostLog.WorkerEnded(_log, exitCode);
            if (!await RelaunchAsync(gate))
            {
                return;
            }
        }
    }

    private async Task<bool> RelaunchAsync(TaskCompletionSource<ReadyWorker> gate)
    {
        for (var start = 1; !_stopping.IsCancellationRequested; start++)
        {
            try
            {
                await _process!.DisposeAsync();
                gate.SetResult(await LaunchAsync(_stopping.Token));
                return true;
            }
            catch (DevHostException fault) when (start < StartsInARow && !_stopping.IsCancellationRequested)
            {
                HostLog.WorkerNotStarted(_log, fault.Message);
            }
            catch (Exception fault) when (fault is DevHostException or OperationCanceledException)
            {
                gate.TrySetException(new WorkerProcessExitException());
                if (!_stopping.IsCancellationRequested)
                {
                    _failed.TrySetException(fault);
                }

                return false;
            }
        }

        return false;
    }

    private async Task<ReadyWorker> LaunchAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        var id = Guid.NewGuid().ToString();
        var connected = _rpc.ExpectAsync(id, WriteLog);
        _process = WorkerProcess.Start(_assembly, Arguments(id), _environment, line => HostLog.WorkerSaid(_log, line));
        try
        {
            var starting = InitialiseAsync(connected, deadline.Token);
            if (await Task.WhenAny(starting, _process.Exited) != starting)
            {
                await deadline.CancelAsync();
                await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new WorkerProcessExitException();
            }

            var ready = await starting;
            HostLog.WorkerReady(_log, await _process.IdAsync);
            return ready;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && fault is WorkerProcessExitException or OperationCanceledException)
        {
            var ended = fault is WorkerProcessExitException;
            var how = ended ? $"exit code {await _process.Exited}" : $"no answer within {StartTimeout.TotalSeconds:0} s";
            await _process.DisposeAsync();
            throw CannotStart(how);
        }
        catch
        {
            await _process.DisposeAsync();
            throw;
        }
        finally
        {
            _rpc.Forget(id);
        }
    }

    private async Task<ReadyWorker> InitialiseAsync(Task<WorkerChannel> connected, CancellationToken cancellationToken)
    {
        var channel = _channel = await connected.WaitAsync(cancellationToken);
        var init = (await channel.AskAsync(
            new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.0.0", WorkerDirectory = _options.AppDirectory, FunctionAppDirectory = _options.AppDirectory } },
            cancellationToken)).WorkerInitResponse;
        Check(init.Result, "initialise");
        var metadata = (await channel.AskAsync(
            new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = _options.AppDirectory } },
            cancellationToken)).FunctionMetadataResponse;
        Check(metadata.Result, "list its functions");
        Functions = FunctionDefinition.ReadAll(metadata.FunctionMetadataResults);
        foreach (var function in Functions)
        {
            var loaded = (await channel.AskAsync(
                new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.Metadata.FunctionId, Metadata = function.Metadata } },
                cancellationToken)).FunctionLoadResponse;
            Check(loaded.Result, $"load {function.Name}");
        }

        var address = init.Capabilities.TryGetValue("HttpUri", out var uri) ? new Uri(uri) : null;
        return address is null && Functions.FirstOrDefault(function => function.IsHttp) is { } http
            ? throw new DevHostException($"{http.Name}: the development host runs an httpTrigger only with the integration of ASP.NET Core (ConfigureFunctionsWebApplication)")
            : new ReadyWorker(channel, address);
    }

    private IEnumerable<string> Arguments(string workerId)
    {
        var request = Guid.NewGuid().ToString();
        const string MessageLength = "2147483647";
        // Twice: as the worker's older and its newer packages read them.
        return
        [
            "--host", _rpc.Address.Host, "--port", _rpc.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--workerId", workerId, "--requestId", request, "--grpcMaxMessageLength", MessageLength,
            "--functions-uri", _rpc.Address.ToString(), "--functions-worker-id", workerId, "--functions-request-id", request, "--functions-grpc-max-message-length", MessageLength,
        ];
    }

    private static void Check(StatusResult result, string what)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new DevHostException($"The function app could not {what}: {result.Exception?.Message ?? result.Result}");
        }
    }

    // Its own last words say best why; without any, how it ended.
    private DevHostException CannotStart(string how) => new(
        _process!.LastWords is { Count: > 0 } words ? words : [$"The function app ended before it was ready ({how}) and said nothing."],
        DevHostException.Failed);

    private void WriteLog(RpcLog log)
    {
        if (log.LogCategory != RpcLog.Types.RpcLogCategory.CustomMetric)
        {
            HostLog.FromWorker(_loggers.CreateLogger(log.Category), (LogLevel)log.Level, log);
        }
    }
}
