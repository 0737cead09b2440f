using System.Diagnostics;
using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Settings;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>How much of the time of a limit's slots is lost between one holder and the next.</summary>
internal static class SlotLimits
{
    private const int Tasks = 320;

    private const int Limit = 8;

    private const int Slots = 32;

    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### limits: stages of {Length.TotalMilliseconds:0} ms, a limit of {Limit}, a worker of {Slots} slots\n");
        await using var silo = await WorkerSilo.StartAsync(bench, isClient: true);
        await silo.Grains.GetGrain<IClusterSettingsGrain>(0).SetLimitAsync(new LimitDefinition("vendor") { MaxConcurrent = Limit });
        var (limited, free) = (new List<double>(), new List<double>());
        for (var round = -1; round < rounds.Count; round++)
        {
            var withLimit = await MeasureAsync(silo, Slots, new StageLimit("vendor"));
            var without = await MeasureAsync(silo, Limit, null);
            if (round >= 0)
            {
                limited.Add(withLimit);
                free.Add(without);
            }
        }

        var table = new Table("row", "stages/s", "from to");
        Add($"{Slots} slots, a limit of {Limit}", limited);
        Add($"{Limit} slots, no limit", free);
        table.Print();
        Ratio.AtLeast("limits-rate", Rounds.Median(limited) / Rounds.Median(free), 0.9, 0.97);

        void Add(string row, List<double> rates) =>
            table.Add(row, Number(Rounds.Median(rates)), $"{Number(rates.Min())} to {Number(rates.Max())}");
        static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static async Task<double> MeasureAsync(WorkerSilo silo, int slots, StageLimit? limit)
    {
        var queue = silo.NewQueue();
        var stage = new StageDefinition { Name = "call", Queue = queue, Limits = limit is null ? null : [limit] };
        var ids = await silo.FillAsync(queue, Tasks, new PipelineDefinition { Name = "one", Stages = [stage] });
        using var worker = silo.NewWorker(queue, slots, new CodeStage("call", (_, token) => Task.Delay(Length, token)));
        var started = Stopwatch.GetTimestamp();
        await worker.StartAsync(CancellationToken.None);
        await silo.WaitAsync(ids);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await worker.StopAsync(CancellationToken.None);
        return Tasks / elapsed.TotalSeconds;
    }
}
