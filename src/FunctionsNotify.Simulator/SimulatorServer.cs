using System.Collections.Concurrent;
using System.Net;
using FunctionsNotify.AlipayPlus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsNotify.Simulator;

public sealed record SimulatorOptions
{
    /// <summary>The port on the loopback address; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The folder of the development keys; made when missing.</summary>
    public required string KeysDirectory { get; init; }

    public string ClientId { get; init; } = "SANDBOX_5YDEVELOPMENT";
}

/// <summary>
/// A stand-in for Alipay+'s side of notifyPushPayment, on the loopback address only: verifies the request's signature
/// and field rules, signs its answers, answers by script and remembers what it received.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PublicKeyRing _acquirerKeys;
    private readonly AnswerWriter _answers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private volatile bool _acquirerKeyKnown = true;
    private int _disposed;

    private SimulatorServer(SimulatorOptions options, DevelopmentKeys keys)
    {
        ClientId = options.ClientId;
        Keys = keys;
        _acquirerKeys = PublicKeyRing.FromTexts([new(DevelopmentKeys.KeyVersion, keys.AcquirerPublicKey)]);
        _answers = new AnswerWriter(ClientId, File.ReadAllText(keys.AlipayPlusPrivateKeyPath));
        _app = Build(options.Port);
    }

    public Uri BaseAddress { get; private set; } = null!;

    public DevelopmentKeys Keys { get; }

    public string ClientId { get; }

    public ScriptBook Scripts { get; } = new();

    public RequestLog Received { get; } = new();

    /// <summary>False: Alipay+ has forgotten the acquirer's public key and answers every request with an unsigned KEY_NOT_FOUND.</summary>
    public bool AcquirerKeyKnown
    {
        get => _acquirerKeyKnown;
        set => _acquirerKeyKnown = value;
    }

    /// <summary>The settings of a host on this machine, by environment name; keys by their paths.</summary>
    public IReadOnlyDictionary<string, string> HostSettings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AlipayPlus__BaseUrl"] = BaseAddress.AbsoluteUri.TrimEnd('/'),
        ["AlipayPlus__ClientId"] = ClientId,
        ["AlipayPlus__KeyVersion"] = DevelopmentKeys.KeyVersion,
        ["AlipayPlus__PrivateKeyPath"] = Keys.AcquirerPrivateKeyPath,
        ["AlipayPlus__PublicKeysPath"] = Keys.AlipayPlusPublicKeysPath,
    };

    /// <exception cref="IOException">The port is taken, or the keys cannot be read or written.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        var server = new SimulatorServer(options, DevelopmentKeys.LoadOrCreate(options.KeysDirectory));
        try
        {
            await server._app.StartAsync(cancellationToken);
            server.BaseAddress = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
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

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // First: answers that wait would hold the server up.
        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _acquirerKeys.Dispose();
        _answers.Dispose();
        _stopping.Dispose();
    }

    private WebApplication Build(int port)
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
            // The body's limit is a rule that is answered and recorded.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });

        var app = builder.Build();
        var judge = new RequestJudge(ClientId, _acquirerKeys, _acknowledged, () => AcquirerKeyKnown);
        var gateway = new NotifyGateway(judge, Scripts, _acknowledged, Received, _answers, _stopping.Token);
        app.Use(next => context => context.Request.Path.StartsWithSegments("/control", StringComparison.Ordinal) ? next(context) : gateway.HandleAsync(context));
        app.UseRouting();
        ControlApi.Map(app.MapGroup("/control"), this);
        return app;
    }

    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
