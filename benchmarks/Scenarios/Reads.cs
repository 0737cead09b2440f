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

    /// <summary>What a writer at work waits between its reports. With no pause, the writers take all of the machine.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(20), TimeSpan.Zero];

    /// <summary>Between the reads of a reader, so that readers alone do not take all of the machine.</summary>
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(1);

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### reads: {Readers} readers of one task, each of which waits {BetweenReads.TotalMilliseconds} ms between its reads, SQLite\n");
        await using var tasks = await Contenders.VideoGenOnSqliteAsync(bench);
        await tasks.PrepareAsync(1);
        var readers = new ClosedLoop(Readers, (_, _) => tasks.ReadAsync(0)) { Pause = BetweenReads };
        var reported = new long[Writers];
        Task ReportAsync(int caller, long number) => tasks.ReportAsync(0, caller, ++reported[caller]);
        var atWork = Pauses.Select(pause => new Pair(readers, new ClosedLoop(Writers, ReportAsync) { Pause = pause })).ToArray();
        var samples = await rounds.MeasureAsync([readers.RunAsync, .. atWork.Select(pair => (Func<TimeSpan, Task<Sample>>)pair.RunAsync)]);

        var table = new Table("row", "reads/s", "p50 µs", "p99 µs", "updates/s meanwhile");
        var p99 = samples.Select(own => Rounds.Median(own.Select(sample => sample.P99))).ToArray();
        string[] rows =
        [
            "no writer",
            $"{Writers} writers, each of which waits {Pauses[0].TotalMilliseconds} ms between its reports",
            $"{Writers} writers without a pause",
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            table.Add(
                rows[i],
                Number(Rounds.Median(samples[i].Select(sample => sample.PerSecond))),
                Number(Rounds.Median(samples[i].Select(sample => sample.P50))),
                Number(p99[i]),
                i == 0 ? "" : Number(Rounds.Median(atWork[i - 1].Written.TakeLast(rounds.Count))));
        }

        table.Print();
        Ratio.AtMost("reads-p99-writers-at-work", p99[1] / p99[0], 3, 1.5);
        Ratio.AtMost("reads-p99-writers-at-full-speed", p99[2] / p99[0], 3, 1.5);
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Readers and writers at the same time; the sample is the readers'.</summary>
    private sealed class Pair(ClosedLoop readers, ClosedLoop writers)
    {
        public List<double> Written { get; } = [];

        public async Task<Sample> RunAsync(TimeSpan length)
        {
            var writing = writers.RunAsync(length);
            var reads = await readers.RunAsync(length);
            Written.Add((await writing).PerSecond);
            return reads;
        }
    }
}
