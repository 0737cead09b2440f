using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>The rows that more than one scenario has. Null stands for a server that is not installed.</summary>
internal static class Contenders
{
    private const string SqliteDurability = "log fsynced (synchronous=FULL)";

    public static async Task<VideoGenTasks> VideoGenOnSqliteAsync(Workbench bench, int stages = 7)
    {
        var folder = bench.NewFolder();
        return new VideoGenTasks(await BenchmarkSilo.StartAsync(silo => silo.UseSqlite(folder)), "SQLite", SqliteDurability, stages);
    }

    public static async Task<IContender?> VideoGenOnAzureTableAsync(Workbench bench)
    {
        if (await bench.AzuriteAsync() is not { } azurite)
        {
            return null;
        }

        var table = $"tasks{Path.GetFileName(bench.NewFolder())}";
        return new VideoGenTasks(
            await BenchmarkSilo.StartAsync(silo => silo.UseAzureTable(azurite.ConnectionString, table)), "Azure Table", AzuriteServer.Durability);
    }

    public static async Task<IContender?> VideoGenOnPostgresAsync(Workbench bench)
    {
        if (await bench.PostgresAsync() is not { } server)
        {
            return null;
        }

        var database = server.ConnectionStringOf($"tasks{Path.GetFileName(bench.NewFolder())}");
        return new VideoGenTasks(
            await BenchmarkSilo.StartAsync(silo => silo.UsePostgres(database)), $"PostgreSQL {server.Version}", PostgresServer.Durability);
    }

    public static Task<IContender?> WriteForEveryCallAsync(Workbench bench) =>
        OnOneRequestPerWriteAsync<IWriteForEveryCallTask>(bench, "Orleans grain, a write for each call");

    public static Task<IContender?> ReentrantAsync(Workbench bench) =>
        OnOneRequestPerWriteAsync<IReentrantTask>(bench, "[Reentrant] grain, Orleans' own coalescing (not exact)");

    public static async Task<IContender?> PostgresAsync(Workbench bench, int connections) =>
        await bench.PostgresAsync() is { } server ? new PostgresRow(server, connections) : null;

    public static async Task<IContender?> RedisAsync(Workbench bench) =>
        await bench.RedisAsync() is { } server ? new RedisScript(server) : null;

    private static async Task<IContender?> OnOneRequestPerWriteAsync<TGrain>(Workbench bench, string name)
        where TGrain : IPeerTask
    {
        if (await bench.AzuriteAsync() is not { } azurite)
        {
            return null;
        }

        var table = await azurite.CreateTableAsync($"peers{Path.GetFileName(bench.NewFolder())}");
        return new GrainPeer<TGrain>(await BenchmarkSilo.StartAsync(silo => silo.UseOneRequestPerWrite(table)), name, AzuriteServer.Durability);
    }
}
