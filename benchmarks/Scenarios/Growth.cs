using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>What an update of a task costs as the task gets more stages.</summary>
internal static class Growth
{
    private const int Callers = 64;

    private static readonly int[] Sizes = [7, 50, 300, 1_000];

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### growth: {Callers} callers on one task, SQLite\n");
        var contenders = new List<VideoGenTasks>();
        foreach (var stages in Sizes)
        {
            contenders.Add(await Contenders.VideoGenOnSqliteAsync(bench, stages));
            await contenders[^1].PrepareAsync(1);
        }

        var loops = contenders.Select(tasks => new ClosedLoop(Callers, (caller, number) => tasks.ReportAsync(0, caller, number)));
        var samples = await rounds.MeasureAsync([.. loops.Select(loop => (Func<TimeSpan, Task<Sample>>)loop.RunAsync)]);

        var table = new Table("stages", "updates/s", "µs for each update", "bytes of the document");
        var costs = new double[Sizes.Length];
        var bytes = new double[Sizes.Length];
        for (var i = 0; i < Sizes.Length; i++)
        {
            costs[i] = 1e6 / Rounds.Median(samples[i].Select(sample => sample.PerSecond));
            bytes[i] = (await contenders[i].ReadStoredAsync(0)).Length;
            table.Add(Number(Sizes[i]), Number(1e6 / costs[i]), costs[i].ToString("0.0", CultureInfo.InvariantCulture), Number(bytes[i]));
            await contenders[i].DisposeAsync();
        }

        table.Print();
        for (var i = 1; i < Sizes.Length; i++)
        {
            Ratio.AtMost($"growth-{Sizes[i]}-stages", costs[i] / costs[0], bytes[i] / bytes[0], i == 1 ? 1 : bytes[i] / bytes[0]);
        }
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
