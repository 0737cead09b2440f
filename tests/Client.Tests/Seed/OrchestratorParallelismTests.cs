using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

/// <summary>
/// The 24 cases of the seed's own suite of its orchestrator's parallelism, by name, on a silo over SQLite. Where this system differs on purpose, the case shows
/// what is so here, and docs/state-manager.md says why.
/// </summary>
public sealed class OrchestratorParallelismTests(SeedSilo silo) : IClassFixture<SeedSilo>
{
    private readonly StageLog _log = new();

    [Fact]
    public void PhaseCreationSequential()
    {
        var phase = new ExecutionPhase("test_phase", ["stage1", "stage2"], Parallel: false);
        Assert.Equal("test_phase", phase.Name);
        Assert.Equal(["stage1", "stage2"], phase.Stages);
        Assert.False(phase.Parallel);
    }

    [Fact]
    public void PhaseCreationParallel()
    {
        var phase = new ExecutionPhase("parallel_phase", ["audio", "script"], Parallel: true);
        Assert.Equal("parallel_phase", phase.Name);
        Assert.True(phase.Parallel);
        Assert.False(new ExecutionPhase("phase", ["audio"]).Parallel);
    }

    [Fact]
    public void PhaseReprSequential() => Assert.Equal("prep (sequential): a, b", new ExecutionPhase("prep", ["a", "b"]).ToString());

    [Fact]
    public void PhaseReprParallel() => Assert.Equal("gen (parallel): a, b", new ExecutionPhase("gen", ["a", "b"], Parallel: true).ToString());

    [Fact]
    public void DefaultPhasesExist() => Assert.Equal(4, ExecutionPhase.Default.Length);

    [Fact]
    public void PreparationPhaseSequential() => AssertPhase(0, "preparation", "input_adaptation", "content_parsing");

    /// <summary>Parallel there, which had voices speak the text of before (B8); here one after the other.</summary>
    [Fact]
    public void GenerationPhaseParallel() => AssertPhase(1, "generation", "script_generation", "audio_generation");

    [Fact]
    public void AssemblyPhaseSequential() => AssertPhase(2, "assembly", "video_generation");

    [Fact]
    public void FinalizationPhaseSequential() => AssertPhase(3, "finalization", "output_handling");

    [Fact]
    public async Task DefaultParallelismEnabled()
    {
        await using var orchestrator = new PipelineOrchestrator(
            silo.Cluster.Grains,
            silo.Cluster.Tasks,
            silo.Cluster.States,
            new VideoGen.Files.FolderArtifactStore(Path.GetTempPath()),
            Microsoft.Extensions.Options.Options.Create(new Client.Workers.StageWorkerOptions()),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Client.Workers.StageWorker>.Instance);
        Assert.True(orchestrator.EnableParallelism);
        Assert.Equal(ExecutionPhase.Default, orchestrator.Phases);
    }

    [Fact]
    public async Task ParallelismCanBeDisabled()
    {
        await using var orchestrator = silo.CreateOrchestrator(enableParallelism: false);
        Assert.False(orchestrator.EnableParallelism);
    }

    [Fact]
    public async Task DefaultPhasesUsed()
    {
        await using var orchestrator = silo.CreateOrchestrator();
        orchestrator.RegisterStages(
            _log.Stage("video_generation"), _log.Stage("audio_generation"), _log.Stage("script_generation"), _log.Stage("content_parsing"));

        var result = await RunAsync(orchestrator);

        Assert.True(result.Success);
        Assert.Equal(["content_parsing", "script_generation", "audio_generation", "video_generation"], _log.Began);
    }

    [Fact]
    public async Task CustomPhasesAccepted()
    {
        ExecutionPhase[] phases = [new("custom", ["stage1", "stage2"], Parallel: true)];
        await using var orchestrator = silo.CreateOrchestrator(phases);
        orchestrator.RegisterStages(_log.Stage("stage2"), _log.Stage("stage1"));

        var result = await RunAsync(orchestrator);

        Assert.Equal(phases, orchestrator.Phases);
        Assert.Equal(["stage1", "stage2"], result.State.Stages.Select(stage => stage.Name.Value));
        Assert.True(result.Success);
    }

    [Fact]
    public async Task SequentialStagesExecuteInOrder()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2", "stage3"])]);
        orchestrator.RegisterStages(_log.Stage("stage1"), _log.Stage("stage2"), _log.Stage("stage3"));

        var result = await RunAsync(orchestrator);

        Assert.True(result.Success);
        Assert.Equal(["stage1", "stage2", "stage3"], _log.Began);
        Assert.Equal(1, _log.MostAtOnce);
    }

    [Fact]
    public async Task SequentialContextPropagation()
    {
        var seen = new List<string>();
        Task Look(StageContext context, CancellationToken token)
        {
            seen.Add(string.Join(' ', Outputs(context)));
            return Task.CompletedTask;
        }

        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2"])]);
        orchestrator.RegisterStages(_log.Stage("stage1", Look), _log.Stage("stage2", Look));

        await RunAsync(orchestrator);

        Assert.Equal(["", "stage1_output"], seen);
    }

    /// <summary>The seed takes the time of three stages that sleep. Here each waits for the others, so that only all three at once can end.</summary>
    [Fact]
    public async Task ParallelStagesExecuteConcurrently()
    {
        var together = StageLog.Together(3);
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2", "stage3"], Parallel: true)]);
        orchestrator.RegisterStages(_log.Stage("stage1", together), _log.Stage("stage2", together), _log.Stage("stage3", together));

        var result = await RunAsync(orchestrator);

        Assert.True(result.Success);
        Assert.Equal((3, 3), (_log.Began.Count, _log.MostAtOnce));
    }

    [Fact]
    public async Task ParallelDisabledFallsBackToSequential()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2"], Parallel: true)], enableParallelism: false);
        orchestrator.RegisterStages(_log.Stage("stage1"), _log.Stage("stage2"));

        var result = await RunAsync(orchestrator);

        Assert.Equal(["stage1", "stage2"], _log.Began);
        Assert.Equal(1, _log.MostAtOnce);
        var (first, second) = (result.State.Stages[0], result.State.Stages[1]);
        Assert.True(first.CompletedAt <= second.StartedAt, $"stage1 ended at {first.CompletedAt:O}, and stage2 began at {second.StartedAt:O}.");
    }

    [Fact]
    public async Task ParallelArtifactsMerged()
    {
        IEnumerable<string> seen = [];
        await using var orchestrator = silo.CreateOrchestrator([new("parallel", ["stage1", "stage2"], Parallel: true), new("final", ["stage3"])]);
        orchestrator.RegisterStages(
            _log.Stage("stage1"),
            _log.Stage("stage2"),
            _log.Stage("stage3", (context, _) =>
            {
                seen = Outputs(context);
                return Task.CompletedTask;
            }));

        await RunAsync(orchestrator);

        Assert.Equal(["stage1_output", "stage2_output"], seen);
    }

    [Fact]
    public async Task SequentialThenParallelThenSequential()
    {
        var together = StageLog.Together(2);
        await using var orchestrator = silo.CreateOrchestrator(
            [new("prep", ["input", "parse"]), new("gen", ["audio", "script"], Parallel: true), new("final", ["video"])]);
        orchestrator.RegisterStages(
            _log.Stage("input"), _log.Stage("parse"), _log.Stage("audio", together), _log.Stage("script", together), _log.Stage("video"));

        var result = await RunAsync(orchestrator);

        Assert.True(result.Success);
        Assert.Equal(["input", "parse"], _log.Began.Take(2));
        Assert.Equal(["audio", "script"], _log.Began.Skip(2).Take(2).Order());
        Assert.Equal(["video"], _log.Began.Skip(4));
    }

    [Fact]
    public async Task ParallelStageFailureCaptured()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["good", "bad"], Parallel: true)]);
        orchestrator.RegisterStages(_log.Stage("good"), _log.FailingStage("bad", "Test error"));

        var result = await RunAsync(orchestrator);

        Assert.False(result.Success);
        Assert.Equal(["bad: Test error"], result.Errors);
        Assert.Equal([RunStatus.Completed, RunStatus.Failed], result.State.Stages.Select(stage => stage.Status));
    }

    [Fact]
    public async Task CriticalParallelFailureAborts()
    {
        await using var orchestrator = silo.CreateOrchestrator(
            [new("gen", ["audio_generation", "script"], Parallel: true), new("final", ["video"])]);
        orchestrator.RegisterStages(_log.FailingStage("audio_generation", "No voice."), _log.Stage("script"), _log.Stage("video"));

        var result = await RunAsync(orchestrator);

        Assert.False(result.Success);
        Assert.DoesNotContain("video", _log.Began);
    }

    [Fact]
    public async Task ExceptionInParallelStageHandled()
    {
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["normal", "exception"], Parallel: true)]);
        orchestrator.RegisterStages(
            _log.Stage("normal"), _log.Stage("exception", (_, _) => throw new InvalidOperationException("Unexpected error")));

        var result = await RunAsync(orchestrator);

        Assert.False(result.Success);
        Assert.Equal("exception: InvalidOperationException: Unexpected error", Assert.Single(result.Errors));
        Assert.Equal(RunStatus.Completed, result.State.Stages[0].Status);
    }

    /// <summary>There it is a line of the log; here the result has it, by the times in the task.</summary>
    [Fact]
    public async Task ParallelSpeedupLogged()
    {
        var start = DateTimeOffset.UnixEpoch;
        StageState Stage(string name, int begin, int end) =>
            new() { Name = name, Status = RunStatus.Completed, StartedAt = start.AddSeconds(begin), CompletedAt = start.AddSeconds(end) };
        var sample = new TaskState
        {
            TaskId = ClientCluster.NewId(),
            StartedAt = start,
            CompletedAt = start.AddSeconds(10),
            Stages = StageMap.Empty.WithRange([Stage("stage1", 0, 10), Stage("stage2", 0, 8), new StageState { Name = "never_begun" }]),
        };
        Assert.Equal(1.8, new PipelineResult(sample).Speedup, 9);

        var together = StageLog.Together(2);
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2"], Parallel: true)]);
        orchestrator.RegisterStages(_log.Stage("stage1", together), _log.Stage("stage2", together));
        var result = await RunAsync(orchestrator);
        Assert.Equal(result.State.Stages.Sum(stage => (stage.CompletedAt - stage.StartedAt)!.Value / result.Duration), result.Speedup, 9);
    }

    /// <summary>The seed counts how often its state was saved; here each save is a version of the task.</summary>
    [Fact]
    public async Task ParallelStagesAllMarkedStarted()
    {
        var together = StageLog.Together(3);
        var startedAtOnce = 0;
        await using var orchestrator = silo.CreateOrchestrator([new("test", ["stage1", "stage2", "stage3"], Parallel: true)]);
        async Task Work(StageContext context, CancellationToken token)
        {
            await together(context, token);
            var state = await orchestrator.GetStatusAsync(context.TaskId, token);
            Interlocked.Exchange(ref startedAtOnce, state!.Stages.Count(stage => stage.StartedAt is not null));
        }

        orchestrator.RegisterStages(_log.Stage("stage1", Work), _log.Stage("stage2", Work), _log.Stage("stage3", Work));

        var result = await RunAsync(orchestrator);

        Assert.Equal(3, startedAtOnce);
        Assert.True(result.State.Version >= 1 + 3 + 3, $"The version is {result.State.Version}.");
    }

    private static void AssertPhase(int index, string name, params string[] stages)
    {
        var phase = ExecutionPhase.Default[index];
        Assert.Equal((name, false), (phase.Name, phase.Parallel));
        Assert.Equal(stages, phase.Stages);
    }

    private static IEnumerable<string> Outputs(StageContext context) =>
        [.. context.Completed.SelectMany(stage => stage.Value).Select(artifact => artifact.Name)];

    private static Task<PipelineResult> RunAsync(PipelineOrchestrator orchestrator) =>
        orchestrator.ExecuteAsync(JsonText.Parse("""{"document_source":"test.txt"}""")).Happens("the execution ended");
}
