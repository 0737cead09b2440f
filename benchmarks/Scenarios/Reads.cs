using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Reads of a task's state, alone and while writers are at work on the same task.</summary>
internal static class Reads
{
    private const int Readers = 16;

    private const int Writers = 64;

    private static readonly string[] Rows = ["no writer", $"{Writers} writers"];

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### reads: {Readers} readers of one task, SQLite\n");
        await using var tasks = await Contenders.VideoGenOnSqliteAsync(bench);
        await tasks.PrepareAsync(1);
        var readers = new ClosedLoop(Readers, (_, _) => tasks[0].ReadAsync());
        var writers = new ClosedLoop(Writers, (caller, number) => tasks.ReportAsync(0, caller, number));
        var written = new List<double>();
        var samples = await rounds.MeasureAsync(
            readers.RunAsync,
            async length =>
            {
                var writing = writers.RunAsync(length);
                var reads = await readers.RunAsync(length);
                written.Add((await writing).PerSecond);
                return reads;
            });

        var table = new Table("row", "reads/s", "p50 µs", "p99 µs", "updates/s meanwhile");
        var p99 = new double[2];
        foreach (var (i, name) in Rows.Index())
        {
            p99[i] = Rounds.Median(samples[i].Select(sample => sample.P99));
            table.Add(
                name,
                Number(Rounds.Median(samples[i].Select(sample => sample.PerSecond))),
                Number(Rounds.Median(samples[i].Select(sample => sample.P50))),
                Number(p99[i]),
                i == 0 ? "" : Number(Rounds.Median(written.Skip(1))));
        }

        table.Print();
        Ratio.AtMost("reads-p99-with-writers", p99[1] / p99[0], 3, 1.5);
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
