using System.Net;
using FunctionsNotify.AlipayPlus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsNotify.Simulator;

/// <summary>
/// A stand-in for Alipay+'s side of notifyPushPayment, on the loopback address only: verifies the request's signature
/// and field rules, signs its answers, answers by script and remembers what it received.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PublicKeyRing _acquirerKeys;
    private readonly AnswerSigner _signer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly AcknowledgedPayments _acknowledged;
    private int _disposed;

    private SimulatorServer(SimulatorOptions options, DevelopmentKeys keys)
    {
        Options = options;
        Keys = keys;
        Received = new RequestLog(options.MaxRecords, options.MaxRecordBytes);
        _acknowledged = new AcknowledgedPayments(options.MaxPayments);
        _acquirerKeys = PublicKeyRing.FromTexts([new(DevelopmentKeys.KeyVersion, keys.AcquirerPublicKey)]);
        _signer = new AnswerSigner(File.ReadAllText(keys.AlipayPlusPrivateKeyPath));
        _app = Build();
    }

    /// <summary>The address, such as <c>http://127.0.0.1:5080/</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>The development keys.</summary>
    public DevelopmentKeys Keys { get; }

    /// <summary>The client id that is known.</summary>
    public string ClientId => Options.ClientId;

    /// <summary>How requests are answered.</summary>
    public ScriptBook Scripts { get; } = new();

    /// <summary>What was received.</summary>
    public RequestLog Received { get; }

    /// <summary>The set-up switches.</summary>
    public SimulatorSetup Setup { get; } = new();

    /// <summary>
    /// The settings that a host needs to talk to this simulator, by environment name: base address, client id, key version
    /// and the paths of the keys, never a key itself.
    /// </summary>
    public IReadOnlyDictionary<string, string> HostSettings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AlipayPlus__BaseUrl"] = BaseAddress.AbsoluteUri.TrimEnd('/'),
        ["AlipayPlus__ClientId"] = ClientId,
        ["AlipayPlus__KeyVersion"] = DevelopmentKeys.KeyVersion,
        ["AlipayPlus__PrivateKeyPath"] = Keys.AcquirerPrivateKeyPath,
        ["AlipayPlus__PublicKeysPath"] = Keys.AlipayPlusPublicKeysPath,
    };

    internal SimulatorOptions Options { get; }

    internal long PaymentsNotRemembered => _acknowledged.NotRemembered;

    /// <summary>Starts a simulator; it answers when the task is done.</summary>
    /// <param name="options">What to start with.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    /// <exception cref="KeyFormatException">A key file is no usable key.</exception>
    /// <exception cref="IOException">The port is taken, or a key file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">A key file may not be read or written.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var server = new SimulatorServer(options, DevelopmentKeys.LoadOrCreate(options.KeysDirectory));
        try
        {
            await server._app.StartAsync(cancellationToken);
            var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            server.BaseAddress = new Uri(addresses.Addresses.Single());
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Forgets every request, and what payments were acknowledged with.</summary>
    public void ForgetReceived()
    {
        Received.Clear();
        _acknowledged.Clear();
    }

    /// <summary>Stops at once; requests in progress lose their connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _acquirerKeys.Dispose();
        _signer.Dispose();
        _stopping.Dispose();
    }

    private WebApplication Build()
    {
        // The empty builder reads no environment, no files and no command line: a simulator inside another process must
        // not take over that process's settings, and not its signals either.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The body's limit is a rule that is answered and recorded, see RequestBody.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, Options.Port);
        });
        var app = builder.Build();
        var judge = new RequestJudge(ClientId, _acquirerKeys, Setup, _acknowledged, Options.RequestTimeTolerance);
        var writer = new AnswerWriter(ClientId, _signer, Options.TimeProvider);
        var gateway = new NotifyGateway(judge, Scripts, _acknowledged, Received, writer, Options.TimeProvider, _stopping.Token);
        app.Use(next => context => context.Request.Path.StartsWithSegments("/control", StringComparison.Ordinal) ? next(context) : gateway.HandleAsync(context));
        app.UseRouting();
        new ControlApi(this).Map(app);
        return app;
    }

    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
