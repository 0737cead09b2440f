using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Benchmarks.Silos;
using VideoGen.Client.Seed;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>Ours: tasks of six stages behind <see cref="TaskStateManager"/>, whose methods are those of the Python state manager.</summary>
internal sealed class StateManagers(BenchmarkSilo silo) : IAsyncDisposable
{
    public static readonly string[] Stages =
        ["input_adaptation", "content_parsing", "script_generation", "audio_generation", "video_generation", "output_handling"];

    private readonly TaskStateManager _states = Create(silo);
    private long _reported;

    /// <summary>Each report goes further than the one before it, so that none of them changes nothing.</summary>
    public Task ReportAsync(TaskId task, int caller)
    {
        var number = Interlocked.Increment(ref _reported);
        return _states.UpdateStageProgressAtomicAsync(task, Stages[caller % Stages.Length], (double)number / (number + 100_000), $"step {number} is done");
    }

    public async Task<TaskId> CreateAsync()
    {
        var task = TaskId.Parse($"task_{Guid.NewGuid():N}");
        await _states.SaveAsync(Stages.Aggregate(new TaskState { TaskId = task }, (state, stage) => state.AddStage(stage)));
        return task;
    }

    /// <summary>
    /// Updates of one task by clients that have nothing in common but the cluster, each with callers of its own. The pause is a mean, so that they do not
    /// keep step.
    /// </summary>
    public async Task<Contention> ContendAsync(int clients, int callers, int updates, TimeSpan pause)
    {
        var task = await CreateAsync();
        var runs = await Task.WhenAll(Enumerable.Range(0, clients).SelectMany(client =>
        {
            var states = Create(silo);
            return Enumerable.Range(0, callers).Select(caller => Task.Run(() => UpdateAsync(states, task, $"{client}.{caller}", updates, pause)));
        }));
        var kept = (await _states.LoadAsync(task)).Warnings.ToHashSet();
        return runs.Select(run => run.Sum with { Lost = run.Marks.Count(mark => !kept.Contains(mark)) }).Aggregate((a, b) => a + b);
    }

    /// <summary>Seconds of two stages one after the other, and of both at once.</summary>
    public async Task<(double OneByOne, double AtOnce)> StagesAsync(int steps, TimeSpan step)
    {
        var task = await CreateAsync();
        var started = TimeProvider.System.GetTimestamp();
        await WorkAsync(task, Stages[2], steps, step);
        await WorkAsync(task, Stages[3], steps, step);
        var oneByOne = TimeProvider.System.GetElapsedTime(started);
        task = await CreateAsync();
        started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(WorkAsync(task, Stages[2], steps, step), WorkAsync(task, Stages[3], steps, step));
        return (oneByOne.TotalSeconds, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    private static TaskStateManager Create(BenchmarkSilo silo) =>
        new(new PipelineClient(silo.Grains, TimeProvider.System, NullLogger<PipelineClient>.Instance), TimeProvider.System);

    private static async Task<(Contention Sum, List<string> Marks)> UpdateAsync(
        TaskStateManager states, TaskId task, string caller, int updates, TimeSpan pause)
    {
        var sum = new Contention(0, 0, 0, 0, 0, 0);
        var marks = new List<string>();
        for (var number = 0; number < updates; number++)
        {
            var mark = $"{caller}.{number}";
            var runs = 0;
            try
            {
                await states.UpdateAtomicAsync(task, state =>
                {
                    runs++;
                    return state with { Warnings = state.Warnings.Add(mark) };
                });
                marks.Add(mark);
                sum = sum with { Acknowledged = sum.Acknowledged + 1 };
            }
            catch (TaskStateException)
            {
                sum = sum with { GivenUp = sum.GivenUp + 1 };
            }

            sum = sum with { Repeated = sum.Repeated + (runs > 1 ? 1 : 0), Retries = sum.Retries + runs - 1 };
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()));
        }

        return (sum, marks);
    }

    private async Task WorkAsync(TaskId task, string stage, int steps, TimeSpan step)
    {
        for (var number = 1; number <= steps; number++)
        {
            await Task.Delay(step);
            await _states.UpdateStageProgressAtomicAsync(task, stage, (double)number / steps);
        }

        await _states.CompleteStageAtomicAsync(task, stage);
    }
}
