using System.Collections.Concurrent;
using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Seed;

/// <summary>The faults of the seed's state manager and orchestrator, by the numbers under which docs/state-manager.md has them: none of them is here.</summary>
public sealed class SeedBugTests(SeedSilo silo) : IClassFixture<SeedSilo>
{
    private static readonly string[] SixStages =
        ["input_adaptation", "content_parsing", "script_generation", "audio_generation", "video_generation", "output_handling"];

    /// <summary>The seed's own phases.</summary>
    private static readonly ExecutionPhase[] Parallel =
    [
        new("preparation", ["input_adaptation", "content_parsing"]),
        new("generation", ["script_generation", "audio_generation"], Parallel: true),
        new("assembly", ["video_generation"]),
        new("finalization", ["output_handling"]),
    ];

    private readonly StageLog _log = new();

    [Fact]
    public async Task B1_TheParallelPhaseIsNotOverwrittenByAnOlderState()
    {
        var together = StageLog.Together(2);
        await using var orchestrator = silo.CreateOrchestrator(Parallel);
        orchestrator.RegisterStages(SixStages.Select(name =>
            (IStage)_log.Stage(name, name is "script_generation" or "audio_generation" ? together : null, $"{name} warned")).ToArray());
        var task = await orchestrator.ExecuteDetachedAsync(JsonText.EmptyObject);
        var versions = new List<long>();
        await foreach (var seen in silo.Cluster.Tasks.WatchAsync(task))
        {
            versions.Add(seen.Version);
        }

        var state = await silo.Cluster.LoadAsync(task);
        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.All(state.Stages, stage => Assert.Equal((RunStatus.Completed, 1.0, 1), (stage.Status, stage.Progress, stage.Artifacts.Count)));
        Assert.Equal(SixStages.Select(name => $"{name} warned").Order(), state.Warnings.Order());
        Assert.Equal(6, new PipelineResult(state).StagesCompleted);
        Assert.Equal(versions.Distinct().Order(), versions);
        Assert.Equal(versions[^1], state.Version);
    }

    [Fact]
    public async Task B2_TheErrorOfAFailedParallelStageIsKept()
    {
        await using var orchestrator = silo.CreateOrchestrator(Parallel);
        orchestrator.RegisterStages(SixStages.Select(name =>
            (IStage)(name == "audio_generation" ? _log.FailingStage(name, "No voice.") : _log.Stage(name))).ToArray());

        var result = await RunAsync(orchestrator);

        Assert.Equal(["audio_generation: No voice."], result.Errors);
        Assert.True(result.State.Stages.TryGet("audio_generation", out var audio));
        Assert.Equal((RunStatus.Failed, "No voice."), (audio.Status, audio.Error));
        Assert.Equal(result.Errors, (await silo.Cluster.LoadAsync(result.TaskId)).Errors);
    }

    [Fact]
    public async Task B3_AResumedTaskHasTheArtifactsOfItsCompletedStages()
    {
        var healed = false;
        var read = "";
        await using var orchestrator = silo.CreateOrchestrator([new("all", ["content_parsing", "audio_generation"])]);
        orchestrator.RegisterStages(
            _log.Stage("content_parsing"),
            _log.Stage("audio_generation", async (context, token) =>
            {
                if (!healed)
                {
                    throw new StageFailedException("seed", "Not yet.");
                }

                read = await File.ReadAllTextAsync(await context.OpenArtifactAsync("content_parsing", "content_parsing_output", token), token);
            }));
        var task = ClientCluster.NewId();
        Assert.False((await RunAsync(orchestrator, task)).Success);
        healed = true;

        Assert.True((await RunAsync(orchestrator, task, resume: true)).Success);
        Assert.Equal("content_parsing", read);

        // A completed task has nothing left to do.
        var before = await silo.Cluster.LoadAsync(task);
        Assert.True((await RunAsync(orchestrator, task, resume: true)).Success);
        Assert.Equal(["content_parsing", "audio_generation", "audio_generation"], _log.Began);
        Assert.Equal(before.Version, (await silo.Cluster.LoadAsync(task)).Version);
    }

    [Fact]
    public async Task B4_ACancelledTaskStaysCancelledWhateverItsStagesStillDo()
    {
        var (running, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var isTold = false;
        await using var orchestrator = silo.CreateOrchestrator([new("all", ["stage1", "stage2"])]);
        orchestrator.RegisterStages(
            _log.Stage("stage1", async (_, token) =>
            {
                running.SetResult();
                await cancelled.Task.WaitAsync(Until.Patience, CancellationToken.None);

                // It hears of it, and completes all the same.
                var told = new TaskCompletionSource();
                await using var registration = token.Register(told.SetResult);
                await told.Task.WaitAsync(Until.Patience, CancellationToken.None);
                isTold = true;
            }),
            _log.Stage("stage2"));
        var task = await orchestrator.ExecuteDetachedAsync(JsonText.EmptyObject);
        await running.Task.Happens("the stage began");

        Assert.True(await orchestrator.CancelAsync(task));
        var version = (await silo.Cluster.LoadAsync(task)).Version;
        cancelled.SetResult();
        await orchestrator.DisposeAsync();

        await Until.Holds(() => Task.FromResult(isTold));
        var state = await silo.Cluster.LoadAsync(task);
        Assert.Equal((RunStatus.Cancelled, version), (state.Status, state.Version));
        Assert.Equal(["stage1"], _log.Began);
    }

    [Fact]
    public void B6_AnyThreadMayUseOneStateManager()
    {
        const string Stage = "stage";
        var states = silo.Cluster.States;
        var task = states.Save(new TaskState { TaskId = ClientCluster.NewId() }.AddStage(Stage)).TaskId;
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, 4).Select(index => new Thread(() =>
        {
            try
            {
                for (var i = 0; i < 100; i++)
                {
                    var mine = $"{index}.{i}";
                    states.UpdateAtomicAsync(task, state => Marked(state, mine)).GetAwaiter().GetResult();
                    states.Load(task);
                }
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Empty(failures);
        Assert.Equal(400, Marks(states.Load(task)).Distinct().Count());
    }

    [Fact]
    public async Task B7_OneIdIsExecutedOnceAndNoTwoTasksGetTheSame()
    {
        var together = StageLog.Together(1);
        await using var orchestrator = silo.CreateOrchestrator([new("all", ["stage1", "stage2"])]);
        orchestrator.RegisterStages(_log.Stage("stage1", together), _log.Stage("stage2"));
        var task = ClientCluster.NewId();

        var results = await Task.WhenAll(RunAsync(orchestrator, task), RunAsync(orchestrator, task));

        Assert.All(results, result => Assert.True(result.Success));
        Assert.Equal(["stage1", "stage2"], _log.Began);
        var refused = await Assert.ThrowsAsync<TaskStateException>(() => orchestrator.ExecuteAsync(JsonText.Parse("""{"source":"other.md"}"""), task));
        Assert.Contains(task.Value, refused.Message, StringComparison.Ordinal);
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => orchestrator.ExecuteDetachedAsync(JsonText.EmptyObject)));
        Assert.Equal(20, ids.Distinct().Count());
    }

    /// <summary>In parallel the two shared one object there. Here a stage gets what completed before it, and a scene's voice depends on its script.</summary>
    [Fact]
    public async Task B8_TheVoiceOfASceneSpeaksItsNewScript()
    {
        const int Scenes = 6;
        var together = StageLog.Together(2);
        var spoken = new ConcurrentDictionary<string, string>();
        var queue = SeedSilo.NewQueue();
        await using var worker = await WorkerHost.StartAsync(
            silo.Cluster,
            queue: queue,
            stages:
            [
                new CodeStage("parse", (_, _) => Task.FromResult(new StageResult
                {
                    FanOut =
                    [
                        .. Enumerable.Range(0, Scenes).Select(i => new StageDefinition { Name = $"script:{i}", Queue = queue }),
                        .. Enumerable.Range(0, Scenes).Select(i => new StageDefinition { Name = $"audio:{i}", Queue = queue, DependsOn = [$"script:{i}"] }),
                    ],
                })),
                new CodeStage("script", async (context, token) =>
                {
                    await (context.Unit is "0" or "1" ? together(context, token) : Task.CompletedTask);
                    return new StageResult { Artifacts = [await StageLog.SaveAsync(context, "text", $"new text of scene {context.Unit}", token)] };
                }),
                new CodeStage("audio", async (context, token) =>
                {
                    var text = await context.OpenArtifactAsync($"script:{context.Unit}", "text", token);
                    spoken[context.Unit!] = await File.ReadAllTextAsync(text, token);
                    return StageResult.Empty;
                }),
            ]);
        var task = await worker.SubmitAsync(
            new StageDefinition { Name = "parse" },
            new StageDefinition { Name = "script", IsGroup = true, DependsOn = ["parse"] },
            new StageDefinition { Name = "audio", IsGroup = true, DependsOn = ["parse"] });

        Assert.Equal(RunStatus.Completed, (await worker.FinishAsync(task)).Status);
        Assert.Equal(Enumerable.Range(0, Scenes).Select(i => $"new text of scene {i}"), spoken.OrderBy(scene => scene.Key).Select(scene => scene.Value));
    }

    [Fact]
    public async Task B9_LateAndDoubledAndImpossibleProgressChangesNothing()
    {
        var states = silo.Cluster.States;
        var task = (await states.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() }.AddStage("done").AddStage("open"))).TaskId;
        await states.CompleteStageAtomicAsync(task, "done");
        await states.UpdateStageProgressAtomicAsync(task, "open", 0.4);
        var before = await states.LoadAsync(task);

        await states.UpdateStageProgressAtomicAsync(task, "done", 0.3);
        await states.UpdateStageProgressAtomicAsync(task, "open", 0.4);
        await states.UpdateStageProgressAtomicAsync(task, "open", 0.2);
        await states.UpdateStageProgressAtomicAsync(task, "open", double.NaN);

        var after = await states.LoadAsync(task);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal([1, 0.4], after.Stages.Select(stage => stage.Progress));
    }

    [Fact]
    public async Task B9_AFailedTaskShowsTheMeanOfItsStagesAndARepeatedOneNoErrorOfBefore()
    {
        var healed = false;
        await using var orchestrator = silo.CreateOrchestrator([new("all", ["stage1", "content_parsing", "stage3", "stage4"])]);
        orchestrator.RegisterStages(
            _log.Stage("stage1"),
            _log.Stage("content_parsing", (_, _) => healed ? Task.CompletedTask : throw new StageFailedException("seed", "Not yet.")),
            _log.Stage("stage3"),
            _log.Stage("stage4"));
        var task = ClientCluster.NewId();
        var failed = await RunAsync(orchestrator, task);
        Assert.Equal((RunStatus.Failed, 0.25), (failed.State.Status, failed.State.OverallProgress));
        Assert.Equal(["content_parsing: Not yet."], failed.Errors);
        healed = true;

        await orchestrator.ResumeAsync(task);
        var progress = new List<double>();
        await foreach (var seen in silo.Cluster.Tasks.WatchAsync(task))
        {
            progress.Add(seen.ToState().OverallProgress);
        }

        var state = await silo.Cluster.LoadAsync(task);
        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.Empty(new PipelineResult(state).Errors);
        Assert.Equal(failed.Errors, state.Errors[..state.FormerErrors]);
        Assert.All(state.Stages, stage => Assert.Null(stage.Error));
        Assert.Equal(progress.Order(), progress);
        Assert.True(progress[0] >= 0.25, $"It began again at {progress[0]}.");
    }

    [Fact]
    public async Task B14_CleaningUpLeavesWhatIsAtWorkAndNoLateSaveBringsBackWhatWasDeleted()
    {
        var states = silo.Cluster.States;
        var monthAgo = TimeProvider.System.GetUtcNow().AddDays(-30);
        Task<TaskState> SaveAsync(RunStatus status) => states.SaveAsync(
            new TaskState { TaskId = ClientCluster.NewId(), Status = status, CreatedAt = monthAgo, CompletedAt = status.IsFinished() ? monthAgo : null });
        var (running, paused, completed) = (await SaveAsync(RunStatus.Running), await SaveAsync(RunStatus.Paused), await SaveAsync(RunStatus.Completed));

        Assert.Equal(1, await states.CleanupOldTasksAsync(days: 7));

        Assert.True(await states.ExistsAsync(running.TaskId));
        Assert.True(await states.ExistsAsync(paused.TaskId));
        await Assert.ThrowsAsync<TaskStateConflictException>(() => states.SaveAsync(completed with { CurrentStage = "late" }));
        Assert.False(await states.ExistsAsync(completed.TaskId));
    }

    private static TaskState Marked(TaskState state, string mark) =>
        state with { Metadata = state.Metadata.SetItem("marks", JsonText.FromString(string.Join(' ', [.. Marks(state), mark]))) };

    private static string[] Marks(TaskState state) => state.Metadata.TryGetValue("marks", out var marks) ? marks.ToElement().GetString()!.Split(' ') : [];

    private static Task<PipelineResult> RunAsync(PipelineOrchestrator orchestrator, TaskId? task = null, bool resume = false) =>
        orchestrator.ExecuteAsync(JsonText.EmptyObject, task, resume).Happens("the execution ended");
}
