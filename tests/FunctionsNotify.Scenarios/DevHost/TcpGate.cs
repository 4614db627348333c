using System.Net;
using System.Net.Sockets;

namespace FunctionsNotify.DevHost.Tests;

/// <summary>A way to a loopback port that a test can shut: connections are cut then, and new ones end at once.</summary>
internal sealed class TcpGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly int _target;
    private readonly Task _work;
    private bool _isShut;

    public TcpGate(int target)
    {
        _target = target;
        _listener.Start();
        _work = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Shut()
    {
        lock (_lock)
        {
            _isShut = true;
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _isShut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Shut();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptSocketAsync(_stop.Token);
            var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            lock (_lock)
            {
                if (_isShut)
                {
                    client.Dispose();
                    server.Dispose();
                    continue;
                }

                _open.Add(client);
                _open.Add(server);
            }

            _ = JoinAsync(client, server);
        }
    }

    private async Task JoinAsync(Socket client, Socket server)
    {
        using (client)
        using (server)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Cut.
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
