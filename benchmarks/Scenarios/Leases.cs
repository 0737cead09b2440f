using System.Diagnostics;
using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>
/// From the moment in which a stage is ready, as the caller that made it so hears, until a worker that waited for it holds its lease: an offer, a call for the
/// lease and a write. It is told in durable updates of one caller on the same silo and disk.
/// </summary>
internal static class Leases
{
    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine("### leases: one waiting worker in the silo, one task after the other, SQLite\n");
        await using var silo = await WorkerSilo.StartAsync(bench, isClient: false);
        var queue = silo.NewQueue();
        var began = new TaskCompletionSource<long>();
        using var worker = silo.NewWorker(queue, 4, new CodeStage("work", (_, _) =>
        {
            began.SetResult(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        }));
        await worker.StartAsync(CancellationToken.None);
        var pipeline = new PipelineDefinition { Name = "one", Stages = [new StageDefinition { Name = "work", Queue = queue }] };
        var number = 0;
        var report = await ReportAsync(silo);
        var (waits, commits) = (new List<double>(), new List<double>());
        for (var round = -2; round < rounds.Count; round++)
        {
            var taken = new List<double>();
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < rounds.Length)
            {
                began = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
                var id = TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"lease-{number++:000000}"));
                await silo.CreateAsync(id, pipeline);
                var ready = Stopwatch.GetTimestamp();
                taken.Add(Math.Max(0, Stopwatch.GetElapsedTime(ready, await began.Task).TotalMicroseconds));
                await silo.WaitAsync([id]);
            }

            var sample = await new ClosedLoop(1, (_, _) => report()).RunAsync(rounds.Length);
            if (round >= 0)
            {
                waits.Add(new Sample(taken, rounds.Length).P50);
                commits.Add(sample.P50);
            }
        }

        await worker.StopAsync(CancellationToken.None);
        var table = new Table("row", "p50 µs", "from to");
        Add("ready to lease", waits);
        Add("a durable report of one caller", commits);
        table.Print();
        Ratio.AtMost("leases-in-durable-commits", Rounds.Median(waits) / Rounds.Median(commits), 2, 1.3);

        void Add(string row, List<double> times) => table.Add(row, Number(Rounds.Median(times)), $"{Number(times.Min())} to {Number(times.Max())}");
        static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <summary>Makes a durable report of a stage at work.</summary>
    private static async Task<Func<Task>> ReportAsync(WorkerSilo silo)
    {
        var id = TaskId.Parse("reported");
        await silo.CreateAsync(id, new PipelineDefinition { Name = "one", Stages = [new StageDefinition { Name = "work", Queue = "nobody" }] });
        var task = silo.Grains.GetGrain<ITaskStateGrain>(id.Value);
        var start = await task.ExecuteAsync(
            OperationId.Create(TimeProvider.System), new StartStage("work", new WorkerId("reporter", Guid.NewGuid()), TimeSpan.FromHours(1)));
        var sequence = 0L;
        return () =>
        {
            sequence++;
            var report = new ReportProgress("work", start.Lease!.Token, 1 - (1.0 / sequence), "Works") { Sequence = sequence, Durable = true };
            return task.ExecuteAsync(OperationId.Create(TimeProvider.System), report);
        };
    }
}
