using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A redis-server of this test's own on a free loopback port, with nothing kept on disk.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly ToolProcess _process;

    private RedisServer(ToolProcess process, int port)
    {
        _process = process;
        Address = $"127.0.0.1:{port}";
    }

    public string Address { get; }

    public static async Task<RedisServer> StartAsync()
    {
        var port = FreePort();
        var process = new ToolProcess("redis-server", ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no"], workingDirectory: Path.GetTempPath());
        await process.WaitForLineAsync("Ready to accept connections");
        return new RedisServer(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
