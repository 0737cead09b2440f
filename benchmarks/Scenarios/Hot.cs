using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Many callers on one task.</summary>
internal static class Hot
{
    private const int Callers = 64;

    /// <summary>The best of 1, 2, 4, 8 and 16: commits of one row wait for each other, so more connections only add to the wait.</summary>
    private const int PostgresConnections = 1;

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### hot: {Callers} callers on one task\n");
        var rates = await new Throughput(tasks: 1, Callers, rounds).MeasureAsync(
            ("VideoGen, Azure Table", await Contenders.VideoGenOnAzureTableAsync(bench)),
            ("Orleans grain, a write for each call", await Contenders.WriteForEveryCallAsync(bench)),
            ("[Reentrant] grain", await Contenders.ReentrantAsync(bench)),
            ("VideoGen, SQLite", await Contenders.VideoGenOnSqliteAsync(bench)),
            ("PostgreSQL", await Contenders.PostgresAsync(bench, PostgresConnections)),
            ("Redis", await Contenders.RedisAsync(bench)));
        Ratio.AtLeast("hot-azure-write-for-each-call", rates[0] / rates[1], 25, 50);
        Ratio.AtLeast("hot-azure-reentrant", rates[0] / rates[2], 1, 1.3);
        Ratio.AtLeast("hot-sqlite-postgresql", rates[3] / rates[4], 10, 20);
        Ratio.AtLeast("hot-sqlite-redis", rates[3] / rates[5], 1, 2);
    }
}
