using System.Net;
using FunctionsNotify.Operations;
using FunctionsNotify.Simulator;
using FunctionsNotify.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>A running local host: engine, intake and HTTP API, with the Azurite and the simulator that it started.</summary>
public sealed class LocalHostApp : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StoragePause = TimeSpan.FromSeconds(1);

    // Disposed in the order from last to first.
    private readonly Stack<Func<ValueTask>> _stop = new();

    private LocalHostApp(LocalHostOptions options) => Options = options;

    /// <summary>Its settings.</summary>
    public LocalHostOptions Options { get; }

    /// <summary>The address of the HTTP API, without <c>/api</c>.</summary>
    public Uri ApiAddress { get; private set; } = null!;

    /// <summary>The simulator that it started; null when Alipay+'s address is given.</summary>
    public SimulatorServer? Simulator { get; private set; }

    /// <summary>The Azurite that it started; null when storage is given.</summary>
    public AzuriteProcess? Azurite { get; private set; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services { get; private set; } = null!;

    /// <summary>Checks the settings, starts what is missing, takes up what was recorded, and serves.</summary>
    /// <param name="configuration">The settings, by their environment names with <c>:</c> for <c>__</c>.</param>
    /// <param name="logging">Adds the log's targets.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="ConfigurationException">Settings are wrong; nothing was started.</exception>
    /// <exception cref="AzuriteException">Azurite could not be started.</exception>
    /// <exception cref="IOException">The data folder or the port is in use.</exception>
    public static async Task<LocalHostApp> StartAsync(IConfiguration configuration, Action<ILoggingBuilder> logging, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(logging);
        var problems = new List<string>();
        var options = LocalHostOptions.Read(configuration, problems);
        var queues = ReadQueueSettings(options.HostJson, configuration, problems);
        if (CrashPoints.Problem is { } wrong)
        {
            problems.Add(wrong);
        }

        var app = new LocalHostApp(options);
        try
        {
            await app.StartAsync(configuration, queues, problems, logging, cancellationToken).ConfigureAwait(false);
            return app;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops in order: takes nothing in any more, lets attempts in flight end, records them, and ends what it started.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_stop.TryPop(out var stop))
        {
            await stop().ConfigureAwait(false);
        }
    }

    private async Task StartAsync(IConfiguration configuration, QueueSettings queues, List<string> problems, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        var started = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var data = DataDirectory.Take(Options.Data);
        _stop.Push(() =>
        {
            data.Dispose();
            return ValueTask.CompletedTask;
        });
        if (DevelopmentSimulator.IsNeeded(configuration, problems))
        {
            Simulator = await SimulatorServer.StartAsync(
                new SimulatorOptions { Port = Options.SimulatorPort, KeysDirectory = data.SimulatorKeys }, cancellationToken).ConfigureAwait(false);
            _stop.Push(Simulator.DisposeAsync);
            DevelopmentSimulator.AddSettings(Simulator, started);
        }

        SettingsCheck.Judge(With(configuration, started), problems);
        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }

        if (!SettingsCheck.HasStorage(configuration))
        {
            Azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataDirectory = data.Azurite }, cancellationToken).ConfigureAwait(false);
            _stop.Push(Azurite.DisposeAsync);
            AzuriteAddress.Write(data.Path, Azurite.ConnectionString);
            _stop.Push(() =>
            {
                AzuriteAddress.Remove(data.Path);
                return ValueTask.CompletedTask;
            });
            started[StorageConnectionOptions.Section] = Azurite.ConnectionString;
            started[StorageConnectionOptions.PaymentsSection] = Azurite.ConnectionString;
        }

        await ServeAsync(With(configuration, started), queues, data, logging, cancellationToken).ConfigureAwait(false);
    }

    private async Task ServeAsync(IConfiguration configuration, QueueSettings queues, DataDirectory data, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        var web = Build(configuration, queues, data, logging);
        _stop.Push(web.DisposeAsync);
        Services = web.Services;

        // Before anything happens that is to be seen.
        TelemetryExport.Start(web.Services);

        // What was recorded goes on at once; storage may still be away.
        var engine = web.Services.GetRequiredService<DeliveryEngine>();
        _stop.Push(() => new ValueTask(engine.StopAsync()));
        engine.Start();

        await StorageReadyAsync(web.Services, cancellationToken).ConfigureAwait(false);
        _stop.Push(() => new ValueTask(web.StopAsync(CancellationToken.None)));
        await web.StartAsync(cancellationToken).ConfigureAwait(false);
        ApiAddress = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        var purge = web.Services.GetRequiredService<RetentionPurge>();
        _stop.Push(() => new ValueTask(purge.StopAsync()));
        purge.Start();

        var observe = web.Services.GetRequiredService<ObserveLoop>();
        _stop.Push(() => new ValueTask(observe.StopAsync()));
        observe.Start();

        var intake = web.Services.GetRequiredService<QueueIntake>();
        _stop.Push(() => new ValueTask(intake.StopAsync(StopGrace)));
        intake.Start();

        var poison = web.Services.GetRequiredService<PoisonLoop>();
        _stop.Push(() => new ValueTask(poison.StopAsync(StopGrace)));
        poison.Start();
    }

    private WebApplication Build(IConfiguration configuration, QueueSettings queues, DataDirectory data, Action<ILoggingBuilder> logging)
    {
        // The empty builder reads neither files nor the environment: the settings are those that were checked.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddLocalHostLogging(configuration);
        logging(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.AddLocalHost(builder.Configuration, Options, queues, data.StateFile);
        builder.Services.AddTelemetryExport(Options.Telemetry);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, Options.Port);
        });
        var web = builder.Build();
        web.UseLoopbackGuard();
        web.UseRouting();
        web.MapNotificationApi();
        return web;
    }

    private static async Task StorageReadyAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var provisioner = services.GetRequiredService<StorageProvisioner>();
        var logger = services.GetRequiredService<ILogger<LocalHostApp>>();
        var faults = new FaultLog(TimeProvider.System);
        while (true)
        {
            try
            {
                await provisioner.EnsureAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StorageUnavailableException exception)
            {
                if (faults.ShouldTell(out var more))
                {
                    Logs.StorageNotReady(logger, more, exception.Message);
                }

                await Task.Delay(StoragePause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static QueueSettings ReadQueueSettings(string hostJson, IConfiguration configuration, List<string> problems)
    {
        try
        {
            var file = new ConfigurationBuilder().AddJsonFile(hostJson, optional: false).Build();
            return QueueSettings.Read(file, configuration, problems);
        }
        catch (FileNotFoundException)
        {
            problems.Add("LocalHost__HostJson: there is no such file");
        }
        catch (InvalidDataException)
        {
            problems.Add("LocalHost__HostJson: the file is not JSON");
        }

        return new QueueSettings();
    }

    private static IConfiguration With(IConfiguration configuration, Dictionary<string, string?> more) =>
        new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(more).Build();

    // Signals are the program's; a host inside a test has none.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
