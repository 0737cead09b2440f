using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

/// <summary>The faults of the seed that several processes showed, by the numbers under which docs/state-manager.md has them.</summary>
public sealed class SeedProcessBugTests(SeedSilo silo) : IClassFixture<SeedSilo>
{
    private readonly StageLog _log = new();

    /// <summary>Clients that share nothing but the cluster, as processes do; real ones are in SiloFaultTests. The seed lost 6 to 43 of these 240.</summary>
    [Fact]
    public async Task B5_NoAcknowledgedUpdateOfSeveralProcessesIsLost()
    {
        var task = (await silo.Cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async process =>
        {
            var states = new TaskStateManager(silo.Cluster.Tasks, TimeProvider.System);
            for (var i = 0; i < 60; i++)
            {
                var mine = $"{process}.{i}";
                await states.UpdateAtomicAsync(task, state => Marked(state, mine), maxRetries: 1_000);
            }
        })).Happens("all updates were acknowledged");

        var stored = await silo.Cluster.LoadAsync(task);
        Assert.Equal((240, 240, 241L), (Marks(stored).Length, Marks(stored).Distinct().Count(), stored.Version));
    }

    [Fact]
    public async Task B16_ATaskWhoseProcessDiedGoesOnElsewhere()
    {
        var queue = SeedSilo.NewQueue();
        var task = ClientCluster.NewId();
        var pipeline = new PipelineDefinition
        {
            Name = "orchestrated",
            Stages = [new StageDefinition { Name = "stage1", Queue = queue }, new StageDefinition { Name = "stage2", Queue = queue, DependsOn = ["stage1"] }],
        };
        await silo.Cluster.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, pipeline));

        // A process that takes the stage, and is never heard of again.
        var taken = await silo.Cluster.Tasks.ExecuteAsync(
            task, new StartStage("stage1", new WorkerId("dead", Guid.NewGuid()), Limits.MinLease));
        Assert.NotNull(taken.Lease);

        await using var orchestrator = silo.CreateOrchestrator([new("all", ["stage1", "stage2"])], queue: queue);
        orchestrator.RegisterStages(_log.Stage("stage1"), _log.Stage("stage2"));
        var result = await RunAsync(orchestrator, task, resume: true);

        Assert.True(result.Success);
        Assert.Equal((2, 1), (result.State.Stages[0].Attempt, result.State.Stages[0].LostAttempts));
        Assert.Equal(["stage1", "stage2"], _log.Began);
    }

    /// <summary>There the command line printed the id, and took the task along when it ended.</summary>
    [Fact]
    public async Task B16_ADetachedTaskOutlivesTheProcessThatBeganIt()
    {
        var queue = SeedSilo.NewQueue();
        var begun = new TaskCompletionSource();
        TaskId task;
        await using (var first = silo.CreateOrchestrator([new("all", ["stage1"])], queue: queue))
        {
            first.RegisterStage(new CodeStage("stage1", async (_, token) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, token);
                return StageResult.Empty;
            }));
            task = await first.ExecuteDetachedAsync(JsonText.EmptyObject);
            await begun.Task.Happens("the stage began");
        }

        Assert.Equal(RunStatus.Running, (await silo.Cluster.LoadAsync(task)).Status);
        await using var second = silo.CreateOrchestrator([new("all", ["stage1"])], queue: queue);
        second.RegisterStage(_log.Stage("stage1"));
        Assert.True((await RunAsync(second, task, resume: true)).Success);
        Assert.Equal(["stage1"], _log.Began);
    }

    private static TaskState Marked(TaskState state, string mark) =>
        state with { Metadata = state.Metadata.SetItem("marks", JsonText.FromString(string.Join(' ', [.. Marks(state), mark]))) };

    private static string[] Marks(TaskState state) => state.Metadata.TryGetValue("marks", out var marks) ? marks.ToElement().GetString()!.Split(' ') : [];

    private static Task<PipelineResult> RunAsync(PipelineOrchestrator orchestrator, TaskId? task = null, bool resume = false) =>
        orchestrator.ExecuteAsync(JsonText.EmptyObject, task, resume).Happens("the execution ended");
}
