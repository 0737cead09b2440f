using System.Globalization;
using StackExchange.Redis;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cli.Rehearsal.Processes;

/// <summary>A redis-server of one's own on a free loopback port, with nothing kept on disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    /// <summary>A machine that stands still for a while must not be taken for a Redis that is gone.</summary>
    private const string Patience = "connectTimeout=60000,asyncTimeout=60000,syncTimeout=60000";

    private readonly int _port;
    private readonly string? _password;
    private ChildProcess _process;

    private RedisServer(ChildProcess process, int port, string? password)
    {
        _process = process;
        _port = port;
        _password = password;
    }

    public int Port => _port;

    public string Address => $"127.0.0.1:{_port}";

    public static async Task<RedisServer> StartAsync(string? password = null)
    {
        var port = FreePort.Take();
        return new RedisServer(await StartProcessAsync(port, password), port, password);
    }

    /// <summary>The rows of the silos of the cluster <c>videogen</c>, as they are stored.</summary>
    public async Task<IReadOnlyList<string>> ReadMembersAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Address},password={_password},{Patience}");
        var rows = await connection.GetDatabase().HashGetAllAsync("videogen/members/videogen");
        return [.. rows.Where(row => row.Name != "Version").Select(row => row.Value.ToString())];
    }

    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again after a kill, under the same address. It remembers nothing.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = await StartProcessAsync(_port, _password);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<ChildProcess> StartProcessAsync(int port, string? password)
    {
        string[] secured = password is null ? [] : ["--requirepass", password];
        var process = new ChildProcess(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no", .. secured],
            workingDirectory: Path.GetTempPath());
        await process.WaitForLineAsync("Ready to accept connections");
        return process;
    }
}
