using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Tests.Workers;

/// <summary>What a worker lacks is no failure of a stage: others do it, and the worker says why it does not.</summary>
public sealed class WorkerNeedsTests(ClientCluster cluster)
{
    private const string Missing = "ffmpeg is not installed.";

    private static readonly StageDefinition Once = new() { Name = "work", Retry = RetryPolicy.None };

    private readonly string _queue = $"queue-{Guid.NewGuid():N}";
    private volatile bool _isMissing = true;

    [Fact]
    public async Task AKindWhoseNeedsAreNotMetAtTheStartIsLeftToOthers()
    {
        await using var bad = await StartAsync("bad", Needy());
        var tasks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bad.SubmitAsync(Once)));
        var status = await ListedAsync("bad");
        Assert.Equal(["other"], status.Report.Profile.Kinds);
        Assert.Equal(new KindLack("work", Missing), Assert.Single(status.Report.Lacks!.Value));
        Assert.Equal($"Takes no work: {Missing}", Assert.Single(status.Report.Problems));
        var waits = await cluster.Grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(tasks[0]);
        Assert.EndsWith($"alive. bad{_queue} takes none: {Missing}", waits!.Value.Single().Obstacle.Sentence, StringComparison.Ordinal);

        await using var good = await StartAsync("good", new CodeStage("work", (_, _) => Task.FromResult(StageResult.Empty)));
        foreach (var task in tasks)
        {
            var stage = (await good.FinishAsync(task)).Stages[0];
            Assert.Equal((RunStatus.Completed, 1, $"good{_queue}"), (stage.Status, stage.Attempt, stage.CompletedBy));
            Assert.Null(stage.FormerAttempts);
        }
    }

    [Fact]
    public async Task AWorkerThatLosesWhatItNeedsHandsItsStageBackAndTakesTheKindAgainWhenItIsThere()
    {
        _isMissing = false;
        var begun = new TaskCompletionSource();
        await using var bad = await StartAsync("bad", Needy(begun));
        var task = await bad.SubmitAsync(Once);
        await begun.Task.Happens("the stage began");
        _isMissing = true;

        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].FormerAttempts is { Length: 1 });
        var handedBack = (await cluster.LoadAsync(task)).Stages[0];
        Assert.Equal((RunStatus.Pending, 0, 0, Missing), (handedBack.Status, handedBack.FailedAttempts, handedBack.LostAttempts, handedBack.Error));
        Assert.Equal((FormerAttempt.HandedBack, $"bad{_queue}"), (handedBack.FormerAttempts!.Value[0].End, handedBack.FormerAttempts.Value[0].Worker));
        await Until.Holds(async () => (await ListedAsync("bad")).Report.Lacks is { Length: 1 });

        _isMissing = false;
        var done = (await bad.FinishAsync(task)).Stages[0];
        Assert.Equal((RunStatus.Completed, 2), (done.Status, done.Attempt));
        await Until.Holds(async () => (await ListedAsync("bad")).Report is { Problems.IsEmpty: true, Lacks: { IsEmpty: true } });
    }

    [Fact]
    public async Task WhatOneStageNeedsAndItsWorkerLacksIsNoFailureAndKeepsNoOtherOut()
    {
        await using var bad = await StartAsync(
            "bad",
            new CodeStage(
                "work",
                (context, _) => _isMissing && context.Unit == "de"
                    ? throw new StageFailedException("voice.missing", Missing) { IsLackOfWorker = true }
                    : Task.FromResult(StageResult.Empty)));
        var task = await bad.SubmitAsync(Once with { Name = "work:de" });
        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].FormerAttempts is { Length: > 1 });

        var handedBack = (await cluster.LoadAsync(task)).Stages[0];
        Assert.Equal((0, 0, Missing), (handedBack.FailedAttempts, handedBack.LostAttempts, handedBack.Error));
        Assert.All(handedBack.FormerAttempts!.Value, attempt => Assert.Equal(FormerAttempt.HandedBack, attempt.End));
        Assert.Equal(RunStatus.Completed, (await bad.FinishAsync(await bad.SubmitAsync(Once with { Name = "work:en" }))).Status);

        _isMissing = false;
        Assert.Equal(RunStatus.Completed, (await bad.FinishAsync(task)).Status);
    }

    [Fact]
    public async Task AWorkerThatIsTheOnlyOneFailsWithWhatOneStageNeeds()
    {
        await using var only = await StartAsync(
            "only",
            new CodeStage("work", (_, _) => throw new StageFailedException("voice.missing", Missing) { IsLackOfWorker = true }),
            options => options.HasPeers = false);

        var state = await only.FinishAsync(await only.SubmitAsync(Once));

        Assert.Equal((RunStatus.Failed, $"work: {Missing}"), (state.Status, state.Errors.Single()));
    }

    [Fact]
    public async Task AWorkerThatIsTheOnlyOneFailsTheStageWithWhatIsMissing()
    {
        await using var only = await StartAsync("only", Needy(), options => options.HasPeers = false);

        var state = await only.FinishAsync(await only.SubmitAsync(Once));

        Assert.Equal((RunStatus.Failed, $"work: {Missing}"), (state.Status, state.Errors.Single()));
    }

    [Fact]
    public async Task ACheckThatThrowsKeepsItsKindOut()
    {
        var stage = new NeedyStage(() => throw new InvalidOperationException("no such device"), (_, _) => Task.FromResult(StageResult.Empty));
        await using var worker = await StartAsync("odd", stage);
        Assert.Equal(
            "What it needs could not be looked at: no such device", Assert.Single((await ListedAsync("odd")).Report.Lacks!.Value).Reason);
    }

    [Fact]
    public async Task AWorkerWithAnotherArtifactFolderLeavesTheTaskToOthersAndNamesBothFolders()
    {
        await using var good = await StartAsync("good", new CodeStage("unrelated", (_, _) => Task.FromResult(StageResult.Empty)));
        var store = good.Services.GetRequiredService<FolderArtifactStore>();
        await using var bad = await StartAsync("bad", new CodeStage("work", (_, _) => Task.FromResult(StageResult.Empty)));
        var task = ClientCluster.NewId();
        var pipeline = new PipelineDefinition { Name = "test", Stages = [Once with { Queue = _queue }] };
        await cluster.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, pipeline) { ArtifactFolder = await store.IdentifyAsync() });

        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].FormerAttempts is { Length: > 0 });
        var why = (await cluster.LoadAsync(task)).Stages[0].Error!;
        Assert.Contains(store.Root, why, StringComparison.Ordinal);
        Assert.Contains(bad.Services.GetRequiredService<FolderArtifactStore>().Root, why, StringComparison.Ordinal);
        await Until.Holds(async () => (await ListedAsync("bad")).Report.Problems is [var problem] && problem == $"Takes nothing for a while: {why}");

        await using var sharing = await StartAsync(
            "sharing", new CodeStage("work", (_, _) => Task.FromResult(StageResult.Empty)), artifacts: store.Root);
        var done = (await sharing.FinishAsync(task)).Stages[0];
        Assert.Equal((RunStatus.Completed, $"sharing{_queue}", 0), (done.Status, done.CompletedBy, done.FailedAttempts));
    }

    [Fact]
    public async Task AWorkerThatCannotMakeFoldersForItsWorkHandsItsStageBack()
    {
        await using var bad = await StartAsync(
            "bad", new CodeStage("work", (context, _) => Task.FromResult(new StageResult { Warnings = [context.WorkingDirectory] })));
        var work = Path.Combine(bad.Folder, "work");
        Directory.Delete(work, recursive: true);
        await File.WriteAllTextAsync(work, "in the way", TestContext.Current.CancellationToken);

        var task = await bad.SubmitAsync(Once);
        await Until.Holds(async () => (await cluster.LoadAsync(task)).Stages[0].FormerAttempts is { Length: > 0 });
        var why = (await cluster.LoadAsync(task)).Stages[0].Error;
        Assert.StartsWith($"The work folder {work} of worker bad{_queue} cannot be used", why, StringComparison.Ordinal);

        File.Delete(work);
        Assert.Equal(RunStatus.Completed, (await bad.FinishAsync(task)).Status);
    }

    private NeedyStage Needy(TaskCompletionSource? begun = null) => new(
        () => _isMissing ? [Missing] : [],
        async (_, token) =>
        {
            var isFirst = begun?.TrySetResult() == true;
            while (isFirst && !_isMissing)
            {
                await Task.Delay(10, token);
            }

            return _isMissing ? throw new StageFailedException("ffmpeg.missing", Missing) : StageResult.Empty;
        });

    private async Task<WorkerStatus> ListedAsync(string name)
    {
        WorkerStatus? found = null;
        await Until.Holds(async () => (found = (await cluster.Grains.GetGrain<IWorkerRegistryGrain>(0).ListAsync())
            .SingleOrDefault(status => status.Report.Profile.Worker.Name == name + _queue)) is not null);
        return found!;
    }

    private Task<WorkerHost> StartAsync(string name, IStage stage, Action<StageWorkerOptions>? configure = null, string? artifacts = null) =>
        WorkerHost.StartAsync(
            cluster,
            options =>
            {
                options.Name = name + _queue;
                configure?.Invoke(options);
            },
            _queue,
            artifacts,
            stage,
            new CodeStage("other", (_, _) => Task.FromResult(StageResult.Empty)));

    private sealed class NeedyStage(Func<ImmutableArray<string>> needs, Func<StageContext, CancellationToken, Task<StageResult>> code) : IStage
    {
        public string Kind => "work";

        public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => Task.FromResult(needs());

        public Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken) => code(context, cancellationToken);
    }
}
