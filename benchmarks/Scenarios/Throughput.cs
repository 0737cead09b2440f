using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Acknowledged reports a second of contenders side by side, as one table.</summary>
internal sealed class Throughput(int tasks, int callers, Rounds rounds)
{
    /// <summary>The medians in the order of the contenders; NaN where one is not installed.</summary>
    public async Task<double[]> MeasureAsync(params (string Name, IContender? Contender)[] rows)
    {
        var present = rows.Where(row => row.Contender is not null).Select(row => row.Contender!).ToArray();
        try
        {
            foreach (var contender in present)
            {
                await contender.PrepareAsync(tasks);
            }

            var loops = present.Select(contender => new ClosedLoop(callers, (caller, number) => contender.ReportAsync(TaskOf(caller, number), caller, number)));
            var samples = await rounds.MeasureAsync([.. loops.Select(loop => (Func<TimeSpan, Task<Sample>>)loop.RunAsync)]);
            Print(rows, present, samples);
            var medians = present
                .Zip(samples, (contender, own) => (contender, Rate: Rounds.Median(own.Select(sample => sample.PerSecond))))
                .ToDictionary(pair => pair.contender, pair => pair.Rate);
            return [.. rows.Select(row => row.Contender is null ? double.NaN : medians[row.Contender])];
        }
        finally
        {
            foreach (var contender in present)
            {
                await contender.DisposeAsync();
            }
        }
    }

    /// <summary>Callers go over all tasks, each of them in steps of the number of callers.</summary>
    private int TaskOf(int caller, long number) => (int)((caller + (number * callers)) % tasks);

    private static void Print((string Name, IContender? Contender)[] rows, IContender[] present, Sample[][] samples)
    {
        var table = new Table("row", "updates/s", "from to", "p50 ms", "p99 ms", "acknowledged when");
        foreach (var (name, contender) in rows)
        {
            if (contender is null)
            {
                table.Add(name, "not installed", "", "", "", "");
                continue;
            }

            var own = samples[Array.IndexOf(present, contender)];
            table.Add(
                contender.Name,
                Number(Rounds.Median(own.Select(sample => sample.PerSecond))),
                $"{Number(own.Min(sample => sample.PerSecond))} to {Number(own.Max(sample => sample.PerSecond))}",
                (Rounds.Median(own.Select(sample => sample.P50)) / 1_000).ToString("0.00", CultureInfo.InvariantCulture),
                (Rounds.Median(own.Select(sample => sample.P99)) / 1_000).ToString("0.00", CultureInfo.InvariantCulture),
                contender.Durability);
        }

        table.Print();
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
