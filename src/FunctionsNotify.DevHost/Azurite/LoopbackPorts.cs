using System.Net;
using System.Net.Sockets;

namespace FunctionsNotify.DevHost;

/// <summary>Free ports of this machine's loopback address.</summary>
internal static class LoopbackPorts
{
    /// <summary>Different ports that were free a moment ago; another process may take one before the caller does.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
            {
                listener.Start();
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Stop();
            }
        }
    }
}
