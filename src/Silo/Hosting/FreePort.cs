using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VideoGen.Silo.Hosting;

/// <summary>A TCP port that something is about to listen on.</summary>
internal static class FreePort
{
    private static readonly ConcurrentBag<Socket> Held = [];

    /// <summary>
    /// Takes a port that is free on the loopback address. On Linux a socket of this process holds it for as long as the process lives: who names the port may
    /// listen on it, again and again, and the system gives it to nobody who asks for any port or connects to somewhere. Elsewhere another may come first.
    /// </summary>
    public static int Take()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        if (OperatingSystem.IsLinux())
        {
            Held.Add(socket);
        }
        else
        {
            socket.Dispose();
        }

        return port;
    }
}
