using System.Collections.Concurrent;
using FunctionsNotify.DevHost.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.DevHost;

/// <summary>The gRPC endpoint that worker processes connect to, each with the id that it was started with.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Connections _connections;

    private RpcServer(WebApplication app, Connections connections)
    {
        _app = app;
        _connections = connections;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public static async Task<RpcServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        var connections = new Connections();
        builder.Services.AddSingleton(connections);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        var app = builder.Build();
        app.MapGrpcService<EventStreamService>();
        await app.StartAsync(cancellationToken);
        return new RpcServer(app, connections);
    }

    /// <summary>Says that a worker with this id will come.</summary>
    /// <returns>Completes when it has.</returns>
    public Task<WorkerChannel> ExpectAsync(string workerId, Action<RpcLog> log) => _connections.Expect(workerId, log);

    public void Forget(string workerId) => _connections.Forget(workerId);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class Connections
    {
        private readonly ConcurrentDictionary<string, (TaskCompletionSource<WorkerChannel> Connected, Action<RpcLog> Log)> _expected = new();

        public Task<WorkerChannel> Expect(string workerId, Action<RpcLog> log)
        {
            var connected = new TaskCompletionSource<WorkerChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
            _expected[workerId] = (connected, log);
            return connected.Task;
        }

        public void Forget(string workerId) => _expected.TryRemove(workerId, out _);

        public WorkerChannel? Connect(string workerId)
        {
            if (!_expected.TryRemove(workerId, out var expected))
            {
                return null;
            }

            var channel = new WorkerChannel(expected.Log);
            expected.Connected.TrySetResult(channel);
            return channel;
        }
    }

    private sealed class EventStreamService(Connections connections) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken)
                && requestStream.Current.ContentCase == StreamingMessage.ContentOneofCase.StartStream
                && connections.Connect(requestStream.Current.StartStream.WorkerId) is { } channel)
            {
                await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
            }
        }
    }
}
