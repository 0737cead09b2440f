namespace VideoGen.Benchmarks.Servers;

/// <summary>A folder for all files of one run, and the servers that its scenarios asked for: each is started once, and stopped at the end.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly Lazy<Task<AzuriteServer?>> _azurite;
    private readonly Lazy<Task<PostgresServer?>> _postgres;
    private readonly Lazy<Task<RedisServer?>> _redis;
    private int _folders;

    public Workbench(string folder)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        _azurite = new(() => AzuriteServer.StartAsync(NewFolder()));
        _postgres = new(() => PostgresServer.StartAsync(NewFolder()));
        _redis = new(() => RedisServer.StartAsync(NewFolder()));
    }

    public string Folder { get; }

    public Task<AzuriteServer?> AzuriteAsync() => _azurite.Value;

    public Task<PostgresServer?> PostgresAsync() => _postgres.Value;

    public Task<RedisServer?> RedisAsync() => _redis.Value;

    public string NewFolder() => Path.Combine(Folder, $"{Interlocked.Increment(ref _folders):00}");

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_azurite);
        await StopAsync(_postgres);
        await StopAsync(_redis);
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task StopAsync<T>(Lazy<Task<T?>> server)
        where T : class, IAsyncDisposable
    {
        if (server.IsValueCreated && await server.Value is { } started)
        {
            await started.DisposeAsync();
        }
    }
}
