using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Many tasks, each of them changed now and then.</summary>
internal static class Wide
{
    /// <summary>The best of 8, 16, 32 and 64.</summary>
    private const int PostgresConnections = 8;

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine("### wide: 512 tasks, 512 callers, Azurite\n");
        var rates = await new Throughput(tasks: 512, callers: 512, rounds).MeasureAsync(
            ("VideoGen, Azure Table", await Contenders.VideoGenOnAzureTableAsync(bench)),
            ("Orleans grain, a write for each call", await Contenders.WriteForEveryCallAsync(bench)));
        Ratio.AtLeast("wide-azure-write-for-each-call", rates[0] / rates[1], 3, 5);

        Console.WriteLine("\n### wide: 1,000 tasks, 64 callers\n");
        rates = await new Throughput(tasks: 1_000, callers: 64, rounds).MeasureAsync(
            ("VideoGen, SQLite", await Contenders.VideoGenOnSqliteAsync(bench)),
            ("One file for each commit", new DurableFiles(bench.NewFolder())),
            ("PostgreSQL", await Contenders.PostgresAsync(bench, PostgresConnections)),
            ("VideoGen, PostgreSQL", await Contenders.VideoGenOnPostgresAsync(bench)));
        Ratio.AtLeast("wide-sqlite-file-for-each-commit", rates[0] / rates[1], 10, 20);
        Ratio.AtLeast("wide-sqlite-postgresql", rates[0] / rates[2], 1, 2);
        Ratio.AtLeast("wide-postgresql-jsonb", rates[3] / rates[2], 3, 6);
    }
}
