using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Tasks that wait for a worker that does not come: what they cost a silo that has nothing to do.</summary>
internal static class Open
{
    private const int Tasks = 100_000;

    private const int Callers = 64;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(50);

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private static readonly PipelineDefinition Pipeline = new()
    {
        Name = "document-video",
        Stages =
        [
            new StageDefinition { Name = "input_adaptation" },
            .. new[] { ("content_parsing", "input_adaptation"), ("script_generation", "content_parsing"), ("audio_generation", "script_generation") }
                .Concat([("video_generation", "audio_generation"), ("output_handling", "video_generation")])
                .Select(stage => new StageDefinition { Name = stage.Item1, DependsOn = [stage.Item2] }),
        ],
    };

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### open: {Tasks:N0} tasks of {Pipeline.Stages.Length} stages that wait, {Callers} callers, SQLite, an idle silo\n");
        var folder = bench.NewFolder();
        await using var silo = await BenchmarkSilo.StartAsync(builder => builder.UseSqlite(folder), recover: true);
        var table = new Table("tasks", "created/s", "RSS MB", "processor, % of a core", "list page ms", "window of a queue ms");
        var (first, _) = await CreateAsync(silo, 0, Tasks / 10);
        var (rest, last) = await CreateAsync(silo, Tasks / 10, Tasks);

        // What is left behind by the creation of so many is not what they cost: an idle silo gives it back.
        await Task.Delay(Settling);
        var share = await IdleShareAsync();
        var memory = ResidentMegabytes();
        var page = await MedianAsync(10 * rounds.Count, () => silo.Grains.GetGrain<ITaskIndexGrain>(0).QueryAsync(new TaskQuery()));
        var index = silo.Services.GetRequiredService<ITaskIndex>();
        var ready = await MedianAsync(
            10 * rounds.Count, () => index.FindReadyAsync(new ReadyQuery(StageDefinition.DefaultQueue, TimeProvider.System.GetUtcNow(), 2_000, 2_000)));
        table.Add(Number(Tasks), $"{first:N0}, {rest:N0}, {last:N0} at the end", Number(memory), Number(100 * share), Number(page), Number(ready));
        table.Print();
        Ratio.AtMost("open-processor-percent", 100 * share, 5, 2);
        Ratio.AtMost("open-resident-megabytes", memory, 400, 300);
        Ratio.AtMost("open-list-page-milliseconds", page, 20, 10);
        Ratio.AtLeast("open-creation-at-the-end", last / first, 0.8, 1);
    }

    /// <summary>How many a second there were in all, and in the last tenth.</summary>
    private static async Task<(double Rate, double LastRate)> CreateAsync(BenchmarkSilo silo, int from, int to)
    {
        var next = from;
        var started = Stopwatch.GetTimestamp();
        long nearTheEnd = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) - 1 is var number && number < to)
            {
                if (number == to - (Tasks / 10))
                {
                    nearTheEnd = Stopwatch.GetTimestamp();
                }

                var id = TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"open-{number:000000}"));
                var reply = await silo.Grains.GetGrain<ITaskStateGrain>(id.Value)
                    .ExecuteAsync(OperationId.Create(TimeProvider.System), new CreateTask(id, JsonText.EmptyObject, Pipeline));
                if (reply.Outcome != CommandOutcome.Applied)
                {
                    throw new InvalidOperationException($"Task {id} was not created: {reply.Reason}");
                }
            }
        }));
        var end = Stopwatch.GetTimestamp();
        return ((to - from) / Stopwatch.GetElapsedTime(started, end).TotalSeconds, Tasks / 10 / Stopwatch.GetElapsedTime(nearTheEnd, end).TotalSeconds);
    }

    private static async Task<double> IdleShareAsync()
    {
        using var process = Process.GetCurrentProcess();
        var (before, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(Idle);
        process.Refresh();
        return (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(started);
    }

    private static double ResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }

    private static async Task<double> MedianAsync<T>(int count, Func<Task<T>> action)
    {
        var times = new List<double>();
        for (var i = 0; i <= count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await action();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return Rounds.Median(times.Skip(1));
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);
}
