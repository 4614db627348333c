using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace FunctionsNotify.Scenarios;

/// <summary>The network between a host and the simulator, with a fault until it is mended.</summary>
public sealed class FaultProxy : IAsyncDisposable
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

    /// <summary>Makes the way to a simulator.</summary>
    /// <param name="target">The simulator.</param>
    /// <param name="fault">What is wrong with the way.</param>
    /// <param name="certificate">Shown to the host, on an https address; null for plain http.</param>
    public FaultProxy(Uri target, NetworkFault fault, X509Certificate2? certificate = null)
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

    /// <summary>The address for the host's <c>AlipayPlus__BaseUrl</c>.</summary>
    public string BaseUrl => (_certificate is null
        ? new UriBuilder("http", "127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port)
        : new UriBuilder("https", "localhost", ((IPEndPoint)_listener.LocalEndPoint!).Port)).Uri.AbsoluteUri.TrimEnd('/');

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
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
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
        var answers = new AnswerReader(far);
        while (await answers.NextAsync(_stop.Token) is { } answer)
        {
            switch (_fault)
            {
                case NetworkFault.ResetInHead:
                    await ResetAfterAsync(answer.Head.AsMemory(0, answer.Head.Length / 2));
                    return;
                case NetworkFault.ResetInBody:
                    await ResetAfterAsync((byte[])[.. answer.Head, .. answer.Body[..(answer.Body.Length / 2)]]);
                    return;
                case NetworkFault.SlowDrip:
                    foreach (var value in answer.Head.Concat(answer.Body))
                    {
                        await near.WriteAsync((byte[])[value], _stop.Token);
                        await Task.Delay(DripInterval, _stop.Token);
                    }

                    break;
                default:
                    await near.WriteAsync((byte[])[.. answer.Head, .. answer.Body], _stop.Token);
                    break;
            }
        }

        async Task ResetAfterAsync(ReadOnlyMemory<byte> part)
        {
            await near.WriteAsync(part, _stop.Token);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Close();
        }
    }

    /// <summary>Cuts what the simulator sends into its answers.</summary>
    private sealed class AnswerReader(Stream stream)
    {
        private readonly List<byte> _read = [];

        /// <summary>Null when the simulator has ended the connection.</summary>
        public async Task<(byte[] Head, byte[] Body)?> NextAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[16 * 1024];
            while (true)
            {
                if (Take() is { } answer)
                {
                    return answer;
                }

                var count = await stream.ReadAsync(buffer, cancellationToken);
                if (count == 0)
                {
                    return null;
                }

                _read.AddRange(buffer.AsSpan(0, count));
            }
        }

        private (byte[] Head, byte[] Body)? Take()
        {
            var bytes = _read.ToArray();
            var blank = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
            if (blank < 0)
            {
                return null;
            }

            var head = bytes[..(blank + 4)];
            var length = BodyLength(System.Text.Encoding.ASCII.GetString(head));
            if (bytes.Length < head.Length + length)
            {
                return null;
            }

            _read.RemoveRange(0, head.Length + length);
            return (head, bytes[head.Length..(head.Length + length)]);
        }

        private static int BodyLength(string head)
        {
            const string Name = "Content-Length:";
            var line = head.Split("\r\n").SingleOrDefault(each => each.StartsWith(Name, StringComparison.OrdinalIgnoreCase))
                ?? throw new IOException("The simulator's answer does not tell its length.");
            return int.Parse(line[Name.Length..].Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
