using System.Net.Sockets;
using System.Security.Authentication;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Names a fault of the network in one short sentence, each kind in its own words, so that operators can tell them apart.</summary>
internal static class NetworkFault
{
    public static string Describe(Exception fault)
    {
        if (Find<AuthenticationException>(fault) is { } tls)
        {
            return $"TLS: {tls.Message}";
        }

        if (Find<SocketException>(fault) is { } socket)
        {
            return Describe(socket.SocketErrorCode);
        }

        var error = fault switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException io => io.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };
        return error switch
        {
            HttpRequestError.NameResolutionError => HostNotFound,
            HttpRequestError.SecureConnectionError => "TLS: the handshake failed.",
            HttpRequestError.ConnectionError => "Connection: it could not be opened.",
            HttpRequestError.ResponseEnded => "Answer: the connection ended before the answer was complete.",
            HttpRequestError.InvalidResponse => "Answer: it is not HTTP.",
            HttpRequestError.ConfigurationLimitExceeded => "Answer: its headers are too long.",
            HttpRequestError.ProxyTunnelError => "Proxy: it opened no tunnel.",
            HttpRequestError.HttpProtocolError => "Answer: the HTTP protocol was broken.",
            _ => $"Network: the exchange failed ({fault.GetBaseException().GetType().Name}).",
        };
    }

    private const string HostNotFound = "DNS: the host name was not found.";

    private static string Describe(SocketError error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => HostNotFound,
        SocketError.ConnectionRefused => "Connection: refused.",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "Connection: reset by the other side.",
        SocketError.TimedOut => "Connection: timed out.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown => "Connection: the host cannot be reached.",
        SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => $"Connection: this machine is out of ports or sockets ({error}).",
        _ => $"Connection: it failed ({error}).",
    };

    private static T? Find<T>(Exception fault)
        where T : Exception
    {
        for (var current = fault; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }
}
