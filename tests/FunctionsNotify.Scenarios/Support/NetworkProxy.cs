using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace FunctionsNotify.Scenarios;

/// <summary>What the network between the host and Alipay+ does to a connection.</summary>
public enum NetworkFault
{
    None,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>The request arrives; the connection is reset within the answer's head.</summary>
    ResetInHead,

    /// <summary>The request arrives; the connection is reset within the answer's body.</summary>
    ResetInBody,

    /// <summary>The request arrives; the answer comes back byte by byte, too slowly.</summary>
    SlowDrip,
}

/// <summary>The network between a host and the simulator, with a fault until it is mended.</summary>
internal sealed class NetworkProxy : IAsyncDisposable
{
    private static readonly TimeSpan DripInterval = TimeSpan.FromMilliseconds(200);

    // Bound from the start: a port that only listens later refuses until then, and nobody else gets it.
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly X509Certificate2? _certificate;
    private volatile NetworkFault _fault;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Makes the way to a simulator; with a certificate it is an https address.</summary>
    public NetworkProxy(Uri target, NetworkFault fault, X509Certificate2? certificate = null)
    {
        _target = target;
        _fault = fault;
        _certificate = certificate;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (fault != NetworkFault.Refused)
        {
            Listen();
        }
    }

    public string BaseUrl
    {
        get
        {
            var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
            return (_certificate is null ? new UriBuilder("http", "127.0.0.1", port) : new UriBuilder("https", "localhost", port)).Uri.AbsoluteUri.TrimEnd('/');
        }
    }

    /// <summary>From now on with this fault.</summary>
    public void Break(NetworkFault fault) => _fault = fault;

    /// <summary>Takes the fault away.</summary>
    public void Mend()
    {
        if (_fault == NetworkFault.Refused)
        {
            Listen();
        }

        _fault = NetworkFault.None;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _connections]);
        _stop.Dispose();
    }

    private void Listen()
    {
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or a client that had left before it was accepted.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            client.NoDelay = server.NoDelay = true;
            try
            {
                await using var near = await SecuredAsync(new NetworkStream(client));
                await server.ConnectAsync(IPAddress.Loopback, _target.Port, _stop.Token);
                await using var far = new NetworkStream(server);
                await Task.WhenAny(near.CopyToAsync(far, _stop.Token), AnswerAsync(far, near, client));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or AuthenticationException)
            {
                // Either side has left, or the host does not trust the certificate.
            }
        }
    }

    private async Task<Stream> SecuredAsync(Stream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return secured;
    }

    private async Task AnswerAsync(Stream far, Stream near, Socket client)
    {
        var buffer = new byte[16 * 1024];
        var held = 0;
        int count;
        while ((count = await far.ReadAsync(buffer.AsMemory(held), _stop.Token)) > 0)
        {
            var part = buffer.AsMemory(0, held + count);
            switch (_fault)
            {
                case NetworkFault.ResetInHead:
                    await ResetAfterAsync(part[..10]);
                    return;
                case NetworkFault.ResetInBody when part.Span.IndexOf("\r\n\r\n"u8) is var head and >= 0 && part.Length > head + 5:
                    await ResetAfterAsync(part[..(head + 5)]);
                    return;
                case NetworkFault.ResetInBody:
                    held += count;
                    continue;
                case NetworkFault.SlowDrip:
                    for (var at = 0; at < part.Length; at++)
                    {
                        await near.WriteAsync(part.Slice(at, 1), _stop.Token);
                        await Task.Delay(DripInterval, _stop.Token);
                    }

                    break;
                default:
                    await near.WriteAsync(part, _stop.Token);
                    break;
            }

            held = 0;
        }

        async Task ResetAfterAsync(ReadOnlyMemory<byte> part)
        {
            await near.WriteAsync(part, _stop.Token);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Close();
        }
    }
}
