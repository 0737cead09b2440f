using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>What was made from the same inputs is not made again, and nothing else is ever taken for it.</summary>
public sealed class StageReuseTests(ClientCluster cluster)
{
    private static readonly StageDefinition Once = new() { Name = "work", Retry = RetryPolicy.None };

    private readonly string _queue = $"queue-{Guid.NewGuid():N}";

    [Fact]
    public async Task TheSameInputsOfAnotherTaskAreNotWorkedOnAgainAndTheStageSaysWhoseWorkItIs()
    {
        var stage = new CountingStage();
        await using var host = await StartAsync(stage);
        var first = await DoneAsync(host, await SubmitAsync("a"));
        var second = await DoneAsync(host, await SubmitAsync("a"));
        var other = await DoneAsync(host, await SubmitAsync("b"));

        Assert.Equal(["a", "b"], stage.Done);
        Assert.Equal((null, first.TaskId.Value, null), (first.Stages[0].ReusedFrom, second.Stages[0].ReusedFrom, other.Stages[0].ReusedFrom));
        Assert.Equal($"Taken over from task {first.TaskId}", second.Stages[0].Message);
        var (made, taken) = (ArtifactOf(first), ArtifactOf(second));
        Assert.Equal((made.Sha256, made.Length, made.Name), (taken.Sha256, taken.Length, taken.Name));
        Assert.StartsWith($"{second.TaskId}/work/", taken.Uri, StringComparison.Ordinal);

        // Each task owns what it has: the second one keeps it when the first is deleted, and a third finds that it is gone, and does the work.
        var store = host.Services.GetRequiredService<IArtifactStore>();
        await store.DeleteAsync(first.TaskId.Value, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("made of a", await File.ReadAllTextAsync(await store.GetLocalPathAsync(taken), TestContext.Current.CancellationToken));
        Assert.Null((await DoneAsync(host, await SubmitAsync("a"))).Stages[0].ReusedFrom);
        Assert.NotNull((await DoneAsync(host, await SubmitAsync("a"))).Stages[0].ReusedFrom);
        Assert.Equal(["a", "b", "a"], stage.Done);
    }

    [Fact]
    public async Task AFreshTaskAndAStageThatIsRetriedAreWorkedOn()
    {
        var stage = new CountingStage();
        await using var host = await StartAsync(stage);
        await DoneAsync(host, await SubmitAsync("a"));
        Assert.Null((await DoneAsync(host, await SubmitAsync("a", fresh: true))).Stages[0].ReusedFrom);
        var reused = await DoneAsync(host, await SubmitAsync("a"));
        Assert.NotNull(reused.Stages[0].ReusedFrom);
        Assert.Equal(2, stage.Done.Count);

        await cluster.Tasks.ExecuteAsync(reused.TaskId, new RetryTask { Stages = ["work"] });
        var again = await DoneAsync(host, reused.TaskId);
        Assert.Equal((null, 3), (again.Stages[0].ReusedFrom, stage.Done.Count));
    }

    [Fact]
    public async Task AnotherVersionOfTheCodeAndOtherBytesOfAFileAreOtherWork()
    {
        var artifacts = Directory.CreateTempSubdirectory("videogen-tests-");
        try
        {
            var (old, other) = (new CountingStage { Version = "1" }, new CountingStage { Version = "2" });
            await using (var host = await StartAsync(old, artifacts.FullName))
            {
                await DoneAsync(host, await SubmitAsync("a"));
            }

            await using var next = await StartAsync(other, artifacts.FullName);
            await DoneAsync(next, await SubmitAsync("a"));
            Assert.Equal((1, 1), (old.Done.Count, other.Done.Count));
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task WhatWasSpoiledSinceIsMadeAgain()
    {
        var stage = new CountingStage();
        await using var host = await StartAsync(stage);
        var first = await DoneAsync(host, await SubmitAsync("a"));
        var store = (FolderArtifactStore)host.Services.GetRequiredService<IArtifactStore>();
        await File.WriteAllTextAsync(store.Resolve(ArtifactOf(first).Uri), "spoiled!!", TestContext.Current.CancellationToken);

        var second = await DoneAsync(host, await SubmitAsync("a"));

        Assert.Null(second.Stages[0].ReusedFrom);
        Assert.Equal("made of a", await File.ReadAllTextAsync(await store.GetLocalPathAsync(ArtifactOf(second)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AResultWithAWarningIsNotTakenOver()
    {
        var stage = new CountingStage { Warning = "It may be better the next time." };
        await using var host = await StartAsync(stage);
        await DoneAsync(host, await SubmitAsync("a"));
        await DoneAsync(host, await SubmitAsync("a"));
        Assert.Equal(2, stage.Done.Count);
    }

    /// <summary>Each part of the key counts, and none can pass for a part of another.</summary>
    [Fact]
    public void WorkIsTheSameWhereKindVersionParametersAndBytesAreTheSame()
    {
        var keys = new[]
        {
            Inputs("""{"a":1}""").KeyOf("kind", "1"),
            Inputs("""{"a":2}""").KeyOf("kind", "1"),
            Inputs("""{"a":1}""").KeyOf("other", "1"),
            Inputs("""{"a":1}""").KeyOf("kind", "2"),
            Inputs("""{"a":1}""").KeyOf("kin", "d1"),
            Inputs("""{"a":1}""", ("x", "ff")).KeyOf("kind", "1"),
            Inputs("""{"a":1}""", ("x", "ee")).KeyOf("kind", "1"),
            Inputs("""{"a":1}""", ("y", "ff")).KeyOf("kind", "1"),
            Inputs("""{"a":1}""", ("x", "ff"), ("y", "ff")).KeyOf("kind", "1"),
        };
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], Inputs("""{ "a": 1 }""").KeyOf("kind", "1"));
        var elsewhere = new StageInputs(
            JsonDocument.Parse("""{"a":1}""").RootElement, KeyValuePair.Create("x", new Artifact("another", "far/away", 9, "ff", "b")));
        Assert.Equal(keys[5], elsewhere.KeyOf("kind", "1"));
    }

    private static StageInputs Inputs(string parameters, params (string Name, string Sha256)[] files) => new(
        JsonDocument.Parse(parameters).RootElement,
        files.Select(file => KeyValuePair.Create(file.Name, new Artifact("a", $"task/{file.Name}", 3, file.Sha256, "text/plain"))));

    private static Artifact ArtifactOf(TaskState state) => state.Stages[0].ArtifactDetails!["out.txt"];

    private static async Task<TaskState> DoneAsync(WorkerHost host, TaskId task)
    {
        var state = await host.FinishAsync(task);
        Assert.Equal(RunStatus.Completed, state.Status);
        return state;
    }

    private async Task<TaskId> SubmitAsync(string text, bool fresh = false)
    {
        var task = ClientCluster.NewId();
        var pipeline = new PipelineDefinition { Name = "test", Stages = [Once with { Queue = _queue }] };
        var input = JsonText.Parse($$"""{"text":"{{text}}","noise":"{{task}}"}""");
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CreateAsync(new CreateTask(task, input, pipeline) { Fresh = fresh })).Outcome);
        return task;
    }

    private Task<WorkerHost> StartAsync(IStage stage, string? artifacts = null) =>
        WorkerHost.StartAsync(cluster, configure: null, _queue, artifacts, stage);

    /// <summary>Makes a file of the text of its input, and counts how often it does.</summary>
    private sealed class CountingStage : IReusableStage
    {
        public string Kind => "work";

        public string Version { get; init; } = "1";

        public string? Warning { get; init; }

        public ConcurrentQueue<string> Done { get; } = [];

        public Task<StageInputs?> ChooseInputsAsync(StageContext context, CancellationToken cancellationToken) =>
            Task.FromResult<StageInputs?>(new StageInputs(context.Input.GetProperty("text")));

        public async Task<StageResult> ExecuteAsync(StageDesk desk, CancellationToken cancellationToken)
        {
            var text = desk.Parameters.GetString()!;
            Done.Enqueue(text);
            var path = Path.Combine(desk.WorkingDirectory, "out.txt");
            await File.WriteAllTextAsync(path, $"made of {text}", cancellationToken);
            var artifact = await desk.SaveArtifactAsync("out.txt", path, "text/plain", cancellationToken);
            return new StageResult { Artifacts = [artifact], Warnings = Warning is null ? [] : [Warning] };
        }

        public Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A stage that chose its inputs is given nothing else.");
    }
}
