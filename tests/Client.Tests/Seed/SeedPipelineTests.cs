using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Storage.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

/// <summary>The cases of the seed's other suites (pipeline, pipeline fixes, job tracking) that are about tasks and their orchestrator, by name.</summary>
public sealed class SeedPipelineTests(SeedSilo silo) : IClassFixture<SeedSilo>
{
    private static readonly string[] SixStages =
        ["input_adaptation", "content_parsing", "script_generation", "audio_generation", "video_generation", "output_handling"];

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private readonly StageLog _log = new();

    [Fact]
    public async Task ExecutePipeline()
    {
        await using var orchestrator = silo.CreateOrchestrator();
        orchestrator.RegisterStages(SixStages.Select(name => (IStage)_log.Stage(name)).ToArray());

        var result = await RunAsync(orchestrator);

        Assert.True(result.Success);
        Assert.Equal((6, 0, 1.0), (result.StagesCompleted, result.StagesFailed, result.State.OverallProgress));
        Assert.Equal(SixStages, _log.Began);
        Assert.Equal(result.State.Version, (await orchestrator.GetStatusAsync(result.TaskId))!.Version);
    }

    [Fact]
    public async Task StatePersistence()
    {
        var stored = new List<string>();
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2", "stage3"])]);
        async Task Look(StageContext context, CancellationToken token) =>
            stored.Add(string.Join(' ', (await orchestrator.GetStatusAsync(context.TaskId, token))!.CompletedStages()));
        orchestrator.RegisterStages(_log.Stage("stage1", Look), _log.Stage("stage2", Look), _log.Stage("stage3", Look));

        await RunAsync(orchestrator);

        Assert.Equal(["", "stage1", "stage1 stage2"], stored);
    }

    [Fact]
    public async Task PipelineContinuesAfterNonCriticalFailure()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2", "stage3"])]);
        orchestrator.RegisterStages(_log.Stage("stage1"), _log.FailingStage("stage2", "Mock failure"), _log.Stage("stage3"));

        var result = await RunAsync(orchestrator);

        Assert.False(result.Success);
        Assert.Equal(["stage1", "stage2", "stage3"], _log.Began);
        Assert.Equal((2, 1), (result.StagesCompleted, result.StagesFailed));
    }

    [Fact]
    public async Task MultipleErrorsAccumulated()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2"])]);
        orchestrator.RegisterStages(_log.FailingStage("stage1", "one"), _log.FailingStage("stage2", "two"));

        Assert.Equal(["stage1: one", "stage2: two"], (await RunAsync(orchestrator)).Errors);
    }

    [Fact]
    public async Task ResumeFromFailureScenario()
    {
        var healed = false;
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2", "stage3"])]);
        orchestrator.RegisterStages(
            _log.Stage("stage1"),
            _log.Stage("stage2", (_, _) => healed ? Task.CompletedTask : throw new StageFailedException("seed", "Mock failure")),
            _log.Stage("stage3"));
        var task = ClientCluster.NewId();
        Assert.False((await RunAsync(orchestrator, task)).Success);
        healed = true;

        var result = await RunAsync(orchestrator, task, resume: true);

        Assert.True(result.Success);
        Assert.Equal(["stage1", "stage2", "stage3", "stage2"], _log.Began);
        Assert.Equal(SeedNames(result), ["stage1", "stage2", "stage3"]);
    }

    [Fact]
    public async Task CancelTask()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1"])]);
        orchestrator.RegisterStages(_log.Stage("stage1"));
        var pending = (await silo.Cluster.States.SaveAsync(New("stage1"))).TaskId;
        var completed = (await RunAsync(orchestrator)).TaskId;

        Assert.True(await orchestrator.CancelAsync(pending));
        Assert.False(await orchestrator.CancelAsync(pending));
        Assert.False(await orchestrator.CancelAsync(completed));
        Assert.False(await orchestrator.CancelAsync(ClientCluster.NewId()));

        Assert.Equal(RunStatus.Cancelled, (await orchestrator.GetStatusAsync(pending))!.Status);
        Assert.Equal(RunStatus.Completed, (await orchestrator.GetStatusAsync(completed))!.Status);
    }

    [Fact]
    public async Task MultipleConcurrentJobs()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2"])]);
        orchestrator.RegisterStages(_log.Stage("stage1"), _log.Stage("stage2"));

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync(orchestrator)));

        Assert.All(results, result => Assert.True(result.Success));
        Assert.Equal(5, results.Select(result => result.TaskId).Distinct().Count());
        Assert.Equal((5, 5), (_log.Began.Count(name => name == "stage1"), _log.Began.Count(name => name == "stage2")));
    }

    [Fact]
    public void PartialCompletionProgress()
    {
        var state = New(SixStages);
        state = SixStages.Take(3).Aggregate(state, (before, stage) => before.CompleteStage(stage, Now));
        Assert.Equal(0.5, state.OverallProgress, 9);
    }

    [Fact]
    public void FailedStageNotHundredPercent()
    {
        var state = New("failing_stage").StartStage("failing_stage", Now).UpdateStageProgress("failing_stage", 0.8);
        state = state.FailStage("failing_stage", "Error occurred", Now);
        Assert.Equal((0.0, 0.0), (state.Stages[0].Progress, state.OverallProgress));
        Assert.Equal(["failing_stage: Error occurred"], state.Errors);
    }

    [Fact]
    public void OverallProgressAccuracy()
    {
        var state = New("stage0", "stage1", "stage2", "stage3", "stage4")
            .CompleteStage("stage0", Now).FailStage("stage1", "Error", Now).UpdateStageProgress("stage2", 0.5).UpdateStageProgress("stage3", 0.3);
        Assert.Equal(0.36, state.OverallProgress, 9);
    }

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(-0.5, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.NaN, 0)]
    public void ProgressNeverExceedsOneAndIsNeverNegative(double reported, double expected)
    {
        var state = New("stage1").UpdateStageProgress("stage1", reported);
        Assert.Equal((expected, expected), (state.Stages[0].Progress, state.OverallProgress));
    }

    [Fact]
    public void CanResume()
    {
        var state = New("stage1", "stage2");
        Assert.False((state with { Status = RunStatus.Paused }).CanResume);
        state = state.CompleteStage("stage1", Now);
        Assert.False((state with { Status = RunStatus.Running }).CanResume);
        Assert.True((state with { Status = RunStatus.Paused }).CanResume);
        Assert.True((state with { Status = RunStatus.Failed }).CanResume);
    }

    [Fact]
    public async Task ListTasksSortedByCreated()
    {
        var created = new List<TaskId>();
        foreach (var (days, status) in new[] { (3, RunStatus.Paused), (1, RunStatus.Pending), (2, RunStatus.Paused) })
        {
            created.Add((await silo.Cluster.States.SaveAsync(New("stage1") with { Status = status, CreatedAt = Now.AddDays(-days) })).TaskId);
        }

        async Task<IReadOnlyList<TaskId>> ListAsync(RunStatus? status)
        {
            var listed = new List<TaskId>();
            await foreach (var summary in silo.Cluster.States.ListTasksAsync(status))
            {
                listed.Add(summary.TaskId);
            }

            return [.. listed.Where(created.Contains)];
        }

        Assert.Equal([created[1], created[2], created[0]], await ListAsync(null));
        Assert.Equal([created[2], created[0]], await ListAsync(RunStatus.Paused));
    }

    /// <summary>There ten days since the creation are too many; here they are counted from the end, and only finished tasks go.</summary>
    [Fact]
    public async Task CleanupOldTasks()
    {
        var today = TimeProvider.System.GetUtcNow();
        async Task<TaskId> SaveAsync(RunStatus status, int days)
        {
            var then = today.AddDays(-days);
            var state = New("stage1") with { Status = status, CreatedAt = then, CompletedAt = status.IsFinished() ? then : null };
            return (await silo.Cluster.States.SaveAsync(state)).TaskId;
        }

        var old = await SaveAsync(RunStatus.Completed, 10);
        var fresh = await SaveAsync(RunStatus.Completed, 1);
        var running = await SaveAsync(RunStatus.Running, 10);

        Assert.Equal(1, await silo.Cluster.States.CleanupOldTasksAsync(days: 7));

        Assert.False(await silo.Cluster.States.ExistsAsync(old));
        Assert.True(await silo.Cluster.States.ExistsAsync(fresh));
        Assert.True(await silo.Cluster.States.ExistsAsync(running));
    }

    [Fact]
    public async Task InvalidStateFile()
    {
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        try
        {
            var task = ClientCluster.NewId();
            await File.WriteAllTextAsync(Path.Combine(folder, $"{task}.json"), "not json");
            await using var onFiles = await ClientCluster.StartAsync(1, files => files.AddJsonFileTaskStorage("tasks", options => options.Folder = folder));

            var failed = await Assert.ThrowsAnyAsync<Exception>(() => onFiles.States.LoadAsync(task));

            Assert.Contains(task.Value, failed.Message, StringComparison.Ordinal);
            Assert.Equal("not json", await File.ReadAllTextAsync(Path.Combine(folder, $"{task}.json")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task MissingStateFile()
    {
        var absent = ClientCluster.NewId();
        Assert.Equal($"State not found: {absent}", (await Assert.ThrowsAsync<TaskStateException>(() => silo.Cluster.States.LoadAsync(absent))).Message);
    }

    /// <summary>
    /// An emitter there, which one may turn off, and whose listeners sit in the process of the pipeline. Here whoever wants to know watches the task, from any
    /// process; who stops watching is told nothing more, and the work goes on.
    /// </summary>
    [Fact]
    public async Task EventEmissionDuringPipelineAndDisabledEmitter()
    {
        var go = new TaskCompletionSource();
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2"])]);
        orchestrator.RegisterStages(_log.Stage("stage1", (_, token) => go.Task.WaitAsync(Until.Patience, token)), _log.Stage("stage2"));
        var task = await orchestrator.ExecuteDetachedAsync(JsonText.EmptyObject);
        await foreach (var seen in silo.Cluster.Tasks.WatchAsync(task))
        {
            if (seen.ToState().Stages[0].Status == RunStatus.Running)
            {
                break;
            }
        }

        var (statuses, versions) = (new List<RunStatus>(), new List<long>());
        var watching = Task.Run(async () =>
        {
            await foreach (var seen in silo.Cluster.Tasks.WatchAsync(task))
            {
                statuses.Add(seen.ToState().Status);
                versions.Add(seen.Version);
            }
        });
        go.SetResult();

        await watching.Happens("the task was watched to its end");
        Assert.Equal(RunStatus.Completed, statuses[^1]);
        Assert.All(statuses.SkipLast(1), status => Assert.Equal(RunStatus.Running, status));
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    private static IEnumerable<string> SeedNames(PipelineResult result) => result.State.CompletedStages().Select(stage => stage.Value);

    private static TaskState New(params string[] stages) =>
        stages.Aggregate(new TaskState { TaskId = ClientCluster.NewId() }, (state, stage) => state.AddStage(stage));

    private static Task<PipelineResult> RunAsync(PipelineOrchestrator orchestrator, TaskId? task = null, bool resume = false) =>
        orchestrator.ExecuteAsync(JsonText.Parse("""{"source":"/path/to/test.md"}"""), task, resume).Happens("the execution ended");
}
