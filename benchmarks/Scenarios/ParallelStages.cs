using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Client.Seed;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>What stages that do not wait for each other gain: the two of the orchestrator's parallel phase, and the scenes of a video.</summary>
internal static class ParallelStages
{
    private const int Scenes = 8;

    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### parallel: stages of {Length.TotalMilliseconds:0} ms, SQLite, a worker that is a client\n");
        await using var silo = await WorkerSilo.StartAsync(bench, isClient: true);
        var times = new List<double>[] { [], [], [], [] };
        for (var round = -1; round < rounds.Count; round++)
        {
            double[] took =
            [
                await OrchestrateAsync(silo, isParallel: false),
                await OrchestrateAsync(silo, isParallel: true),
                await MakeScenesAsync(silo, slots: 1),
                await MakeScenesAsync(silo, slots: Scenes),
            ];
            for (var i = 0; round >= 0 && i < took.Length; i++)
            {
                times[i].Add(took[i]);
            }
        }

        var table = new Table("row", "ms", "from to");
        string[] rows =
            ["script and audio, one after the other", "script and audio, side by side", $"{Scenes} scenes, 1 slot", $"{Scenes} scenes, {Scenes} slots"];
        foreach (var (i, row) in rows.Index())
        {
            table.Add(row, Number(Rounds.Median(times[i])), $"{Number(times[i].Min())} to {Number(times[i].Max())}");
        }

        table.Print();
        Ratio.AtLeast("parallel-script-and-audio", Rounds.Median(times[0]) / Rounds.Median(times[1]), 1.9, 1.98);
        Ratio.AtLeast("parallel-scenes", Rounds.Median(times[2]) / Rounds.Median(times[3]), 7.2, 7.8);

        static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static async Task<double> OrchestrateAsync(WorkerSilo silo, bool isParallel)
    {
        var options = silo.OptionsOf(silo.NewQueue(), 2);
        await using var orchestrator = new PipelineOrchestrator(
            silo.Services.GetRequiredService<IGrainFactory>(),
            silo.Services.GetRequiredService<PipelineClient>(),
            silo.Services.GetRequiredService<TaskStateManager>(),
            silo.Services.GetRequiredService<IArtifactStore>(),
            Options.Create(options),
            TimeProvider.System,
            NullLogger<StageWorker>.Instance)
        {
            Phases = [new ExecutionPhase("generation", ["script_generation", "audio_generation"], Parallel: true)],
            EnableParallelism = isParallel,
        };
        orchestrator.RegisterStages(Sleeping("script_generation"), Sleeping("audio_generation"));
        var started = Stopwatch.GetTimestamp();
        var result = await orchestrator.ExecuteAsync(JsonText.EmptyObject);
        return result.Success ? Stopwatch.GetElapsedTime(started).TotalMilliseconds : throw new InvalidOperationException("The execution failed.");
    }

    private static async Task<double> MakeScenesAsync(WorkerSilo silo, int slots)
    {
        var queue = silo.NewQueue();
        var scenes = Enumerable.Range(0, Scenes)
            .Select(i => new StageDefinition { Name = string.Create(CultureInfo.InvariantCulture, $"scene:{i}"), Queue = queue });
        var ids = await silo.FillAsync(queue, 1, new PipelineDefinition { Name = "scenes", Stages = [.. scenes] });
        using var worker = silo.NewWorker(queue, slots, Sleeping("scene"));
        var started = Stopwatch.GetTimestamp();
        await worker.StartAsync(CancellationToken.None);
        await silo.WaitAsync(ids);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await worker.StopAsync(CancellationToken.None);
        return elapsed.TotalMilliseconds;
    }

    private static CodeStage Sleeping(string kind) => new(kind, (_, token) => Task.Delay(Length, token));
}
