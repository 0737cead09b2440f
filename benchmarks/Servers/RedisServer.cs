using System.Globalization;
using VideoGen.Silo.Hosting;

namespace VideoGen.Benchmarks.Servers;

/// <summary>redis-server with an append-only file that is flushed before every answer.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private RedisServer(ServerProcess process, int port, string version)
    {
        _process = process;
        Endpoint = $"127.0.0.1:{port}";
        Version = version;
    }

    public string Endpoint { get; }

    public string Version { get; }

    /// <summary>Null when it is not installed.</summary>
    public static async Task<RedisServer?> StartAsync(string folder)
    {
        if (ServerProcess.Find("redis-server") is not { } program)
        {
            return null;
        }

        var version = (await ServerProcess.RunAsync(program, "--version")).Split("v=")[1].Split(' ')[0];
        var port = FreePort.Take();
        Directory.CreateDirectory(folder);
        var process = await ServerProcess.StartAsync(
            port,
            program,
            "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture),
            "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always");
        return new RedisServer(process, port, version);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
