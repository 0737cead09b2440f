using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

public sealed class PipelineOrchestratorTests(ClientCluster cluster) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    private readonly ConcurrentQueue<string> _order = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TheSeedsStagesRunInTheOrderOfItsPhases()
    {
        await using var orchestrator = Create();
        string[] names = ["output_handling", "video_generation", "audio_generation", "script_generation", "content_parsing", "input_adaptation"];
        foreach (var name in names)
        {
            orchestrator.RegisterStage(Noting(name));
        }

        var result = await orchestrator.ExecuteAsync(JsonText.Parse("""{"source":"a.md"}""")).Happens("the execution ended");

        Assert.True(result.Success);
        Assert.Equal(names.Reverse(), _order);
        Assert.Equal((6, 0, "a.md"), (result.StagesCompleted, result.StagesFailed, result.State.InputConfig.ToElement().GetProperty("source").GetString()));
        Assert.Matches("^task_[0-9a-f]{12}$", result.TaskId.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StagesOfAParallelPhaseRunTogetherUnlessThatIsTurnedOff(bool parallel)
    {
        var running = 0;
        var most = 0;
        var both = new TaskCompletionSource();
        async Task<StageResult> Overlap(StageContext context, CancellationToken token)
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            if (parallel && now == 2)
            {
                both.SetResult();
            }

            await (parallel ? both.Task.WaitAsync(Until.Patience, token) : Task.Delay(100, token));
            Interlocked.Decrement(ref running);
            return StageResult.Empty;
        }

        await using var orchestrator = Create([new ExecutionPhase("both", ["a", "b"], Parallel: true)], enableParallelism: parallel);
        orchestrator.RegisterStages(new CodeStage("a", Overlap), new CodeStage("b", Overlap));

        Assert.True((await orchestrator.ExecuteAsync(JsonText.EmptyObject).Happens("the execution ended")).Success);
        Assert.Equal(parallel ? 2 : 1, most);
    }

    [Fact]
    public async Task ACriticalFailureInAParallelPhaseEndsTheTaskWhenItsSiblingsHaveEnded()
    {
        await using var orchestrator = Create([new ExecutionPhase("one", ["audio_generation", "b"], Parallel: true), new ExecutionPhase("two", ["c"])]);
        var task = ClientCluster.NewId();
        var siblingBegan = new TaskCompletionSource();
        orchestrator.RegisterStages(
            new CodeStage("audio_generation", async (_, token) =>
            {
                await siblingBegan.Task.WaitAsync(Until.Patience, token);
                throw new StageFailedException("voice", "No voice.");
            }),
            new CodeStage("b", async (context, _) =>
            {
                siblingBegan.SetResult();
                await Until.Holds(async () => (await orchestrator.GetStatusAsync(task))!.Stages[0].Status == RunStatus.Failed);
                return await Note(context);
            }),
            Noting("c"));

        var result = await orchestrator.ExecuteAsync(JsonText.EmptyObject, task).Happens("the execution ended");

        Assert.False(result.Success);
        Assert.Equal(["b"], _order);
        Assert.Equal(RunStatus.Completed, result.State.Stages[1].Status);
        Assert.Equal(["audio_generation: No voice."], result.Errors);
        Assert.Equal(0.33, result.State.OverallProgress, 2);
    }

    [Fact]
    public async Task AnotherFailureLetsTheRestRunAndFailsTheTaskInTheEnd()
    {
        await using var orchestrator = Create([new ExecutionPhase("one", ["a", "b"])]);
        orchestrator.RegisterStages(Failing("a"), Noting("b"));

        var result = await orchestrator.ExecuteAsync(JsonText.EmptyObject).Happens("the execution ended");

        Assert.Equal((false, 1, 1), (result.Success, result.StagesCompleted, result.StagesFailed));
        Assert.Equal(["b"], _order);
    }

    [Fact]
    public async Task ResumingDoesOnlyWhatDidNotComplete()
    {
        var healed = false;
        await using var orchestrator = Create([new ExecutionPhase("all", ["a", "content_parsing", "c"])]);
        orchestrator.RegisterStages(
            Noting("a"),
            new CodeStage("content_parsing", (context, _) => healed ? Note(context) : throw new StageFailedException("parse", "Not yet.")),
            Noting("c"));
        var task = ClientCluster.NewId();
        Assert.False((await orchestrator.ExecuteAsync(JsonText.EmptyObject, task).Happens("the first execution ended")).Success);
        Assert.True((await orchestrator.GetStatusAsync(task))!.CanResume);

        healed = true;
        var result = await orchestrator.ExecuteAsync(JsonText.EmptyObject, task, resume: true).Happens("the second execution ended");

        Assert.True(result.Success);
        Assert.Equal(["a", "content_parsing", "c"], _order);
        Assert.Equal(1, result.State.Stages[0].Attempt);
        Assert.True((await orchestrator.ExecuteAsync(JsonText.EmptyObject, task, resume: true)).Success);
        Assert.Equal(3, _order.Count);
    }

    [Fact]
    public async Task TheSameIdTwiceAtOnceIsOneExecution()
    {
        await using var orchestrator = Create([new ExecutionPhase("all", ["a"])]);
        orchestrator.RegisterStage(Noting("a"));
        var task = ClientCluster.NewId();

        var results = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => orchestrator.ExecuteAsync(JsonText.EmptyObject, task))).Happens("the executions ended");

        Assert.All(results, result => Assert.True(result.Success));
        Assert.Single(_order);
        var other = await Assert.ThrowsAsync<TaskStateException>(() => orchestrator.ExecuteAsync(JsonText.Parse("""{"other":1}"""), task));
        Assert.Contains("exists already, with other content", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelStopsTheWorkAndStaysCancelled()
    {
        var running = new TaskCompletionSource();
        await using var orchestrator = Create([new ExecutionPhase("all", ["a", "b"])]);
        orchestrator.RegisterStages(
            new CodeStage("a", async (_, token) =>
            {
                running.SetResult();
                await Task.Delay(Timeout.Infinite, token);
                return StageResult.Empty;
            }),
            Noting("b"));
        var task = await orchestrator.ExecuteDetachedAsync(JsonText.EmptyObject);
        await running.Task.Happens("the stage began");

        Assert.True(await orchestrator.CancelAsync(task));
        Assert.False(await orchestrator.CancelAsync(task));
        Assert.False(await orchestrator.CancelAsync(ClientCluster.NewId()));

        await orchestrator.DisposeAsync();
        Assert.Equal(RunStatus.Cancelled, (await orchestrator.GetStatusAsync(task))!.Status);
        Assert.Empty(_order);
        Assert.Null(await orchestrator.GetStatusAsync(ClientCluster.NewId()));
    }

    [Fact]
    public async Task AStageThatNoPhaseHasIsAnErrorAndNotForgotten()
    {
        await using var orchestrator = Create();
        orchestrator.RegisterStages(Noting("content_parsing"), Noting("validation"));
        var problem = await Assert.ThrowsAsync<TaskStateException>(() => orchestrator.ExecuteAsync(JsonText.EmptyObject));
        Assert.Equal("No phase has the stage validation, so it would never run. Add it to a phase.", problem.Message);
    }

    private PipelineOrchestrator Create(ExecutionPhase[]? phases = null, bool enableParallelism = true) => new(
        cluster.Grains,
        cluster.Tasks,
        cluster.States,
        new FolderArtifactStore(Path.Combine(_folder, "artifacts")),
        Options.Create(new StageWorkerOptions
        {
            Concurrency = 2,
            Queues = [$"queue-{Guid.NewGuid():N}"],
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
            WorkDirectory = Path.Combine(_folder, "work"),
        }),
        TimeProvider.System,
        NullLogger<StageWorker>.Instance)
    {
        Phases = phases is null ? ExecutionPhase.Default : [.. phases],
        EnableParallelism = enableParallelism,
    };

    private CodeStage Noting(string name) => new(name, (context, _) => Note(context));

    private static CodeStage Failing(string name) => new(name, (_, _) => throw new StageFailedException("voice", "No voice."));

    private Task<StageResult> Note(StageContext context)
    {
        _order.Enqueue(context.StageName.Value);
        return Task.FromResult(StageResult.Empty);
    }
}
