using Microsoft.Azure.WebJobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FunctionsNotify.DevHost;

/// <summary>
/// Runs an isolated Functions app on this machine: its worker process, the platform's own WebJobs SDK and extensions, and
/// an HTTP server. It is no Azure: no keys, scaling, retry policies or output bindings.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    // Beyond what a send may take.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly Stack<IAsyncDisposable> _parts = new();
    private Worker? _worker;

    private FunctionsHost()
    {
    }

    /// <summary>The HTTP API's address, with the route prefix.</summary>
    public Uri Api { get; private set; } = null!;

    public IReadOnlyList<string> Functions => [.. _worker!.Functions.Select(function => function.Name)];

    /// <summary>Faults when the worker cannot be kept running.</summary>
    public Task Failed => _worker!.Failed;

    /// <summary>Starts everything; it serves when this returns.</summary>
    /// <exception cref="DevHostException">It cannot start.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var host = new FunctionsHost();
        try
        {
            await host.LaunchAsync(options, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    // In reverse: HTTP, the job host, the worker, gRPC.
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task LaunchAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var settings = HostSettings.Read(options);
        var loggers = LoggerFactory.Create(logging => ConfigureLogging(logging, settings));
        _parts.Push(new Disposal(() => Dispose(loggers)));
        var rpc = await RpcServer.StartAsync(cancellationToken);
        _parts.Push(rpc);
        var http = await HttpFrontend.ListenAsync(options.Port, loggers, cancellationToken);
        Api = new Uri(http.Address, HostSettings.RoutePrefix(settings));
        try
        {
            _worker = await Worker.StartAsync(options, rpc, loggers, http.Address, cancellationToken);
            _parts.Push(_worker);
            var jobs = JobHostBuilder.Build(options, settings, loggers, _worker, http.Address);
            await StartAsync(jobs, cancellationToken);
            _parts.Push(new Disposal(() => StopAsync(jobs, loggers.CreateLogger("Host"))));
            var calls = (JobHost)jobs.Services.GetRequiredService<IJobHost>();
            http.Serve(
                _worker.Functions.Where(function => function.IsHttp && !HostSettings.IsDisabled(settings, function.Name)),
                HostSettings.RoutePrefix(settings),
                _worker,
                (function, id, aborted) => calls.CallAsync(function.Name, new Dictionary<string, object> { [function.TriggerName] = id }, aborted));
        }
        finally
        {
            _parts.Push(http);
        }
    }

    private static async Task StartAsync(IHost jobs, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.StartAsync(cancellationToken);
        }
        catch (Exception fault)
        {
            // What never started cannot be stopped.
            jobs.Dispose();
            throw fault is OperationCanceledException ? fault : new DevHostException($"The host could not start: {fault.GetBaseException().Message}", DevHostException.Failed);
        }
    }

    private static async ValueTask StopAsync(IHost jobs, ILogger log)
    {
        try
        {
            await jobs.StopAsync().WaitAsync(StopTimeout);
            jobs.Dispose();
        }
        catch (TimeoutException)
        {
            // Durable tries to give its leases back for as long as its storage is gone.
            HostLog.NotStopped(log, StopTimeout);
        }
    }

    private static ValueTask Dispose(ILoggerFactory loggers)
    {
        loggers.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void ConfigureLogging(ILoggingBuilder logging, IConfiguration settings)
    {
        logging.AddConfiguration(settings.GetSection($"{HostSettings.Root}:logging"));
        // Its fault is told in one line, see StartAsync.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
    }

    private sealed class Disposal(Func<ValueTask> dispose) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => dispose();
    }
}

/// <summary>Signals are the program's: its parts stop in order, not each by itself.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
