using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>One caller: what the turn, the commit and the store add to the transaction that must be paid anyway.</summary>
internal static class Latency
{
    /// <summary>Successive documents that the raw transaction writes in turn.</summary>
    private const int Bodies = 64;

    /// <summary>What fits on one page beside the columns of its row: no transaction of SQLite writes less.</summary>
    private const int OnePage = 2_000;

    private static readonly string[] Rows =
    [
        "VideoGen, SQLite: a durable report through a grain reference",
        "Raw prepared SQLite transaction of the same bytes",
        $"Raw prepared SQLite transaction of their first {OnePage}",
    ];

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine("### latency: 1 caller, SQLite\n");
        await using var tasks = await Contenders.VideoGenOnSqliteAsync(bench);
        await tasks.PrepareAsync(1);
        var ours = new ClosedLoop(1, (caller, number) => tasks.ReportAsync(0, caller, number));

        // The document grows until its ledger of operations is full; only then is a comparison of the same bytes one.
        for (var i = 0; i < 2; i++)
        {
            await ours.RunAsync(rounds.Length);
        }

        var bodies = new byte[Bodies][];
        for (var i = 0; i < bodies.Length; i++)
        {
            await tasks.ReportAsync(0, 1, i + 1);
            bodies[i] = await tasks.ReadStoredAsync(0);
        }

        using var raw = new RawSqlite(bench.NewFolder(), bodies);
        using var least = new RawSqlite(bench.NewFolder(), Array.ConvertAll(bodies, body => body[..OnePage]));
        var samples = await rounds.MeasureAsync(ours.RunAsync, LoopOver(raw).RunAsync, LoopOver(least).RunAsync);

        var table = new Table("row", "p50 µs", "p99 µs", "updates/s", "bytes of the document");
        var p50 = new double[Rows.Length];
        foreach (var (i, name) in Rows.Index())
        {
            p50[i] = Rounds.Median(samples[i].Select(sample => sample.P50));
            table.Add(
                name,
                Number(p50[i]),
                Number(Rounds.Median(samples[i].Select(sample => sample.P99))),
                Number(Rounds.Median(samples[i].Select(sample => sample.PerSecond))),
                Number(i == 2 ? OnePage : bodies.Average(body => body.Length)));
        }

        table.Print();
        Ratio.AtMost("latency-sqlite-raw-transaction", p50[0] / p50[1], 1.5, 1.2);
    }

    private static ClosedLoop LoopOver(RawSqlite raw) => new(1, (_, _) =>
    {
        raw.Update();
        return Task.CompletedTask;
    });

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
