using System.Collections.Concurrent;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

public sealed class StageWorkerTests(ClientCluster cluster)
{
    private static readonly RetryPolicy QuickRetry = new() { MaxAttempts = 3, FirstDelay = TimeSpan.FromMilliseconds(10) };

    [Fact]
    public async Task ATaskRunsThroughItsStagesInTheOrderOfTheirDependencies()
    {
        var order = new ConcurrentQueue<string>();
        Task<StageResult> Note(StageContext context, CancellationToken _)
        {
            order.Enqueue(context.StageName.Value);
            return Task.FromResult(StageResult.Empty with { Warnings = [$"{context.StageName} was here"] });
        }

        await using var worker = await WorkerHost.StartAsync(
            cluster, stages: [new CodeStage("first", Note), new CodeStage("second", Note), new CodeStage("third", Note)]);
        var task = await worker.SubmitAsync(
            new StageDefinition { Name = "third", DependsOn = ["second"] },
            new StageDefinition { Name = "second", DependsOn = ["first"] },
            new StageDefinition { Name = "first" });

        var state = await worker.FinishAsync(task);

        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.Equal(["first", "second", "third"], order);
        Assert.Equal(["first was here", "second was here", "third was here"], state.Warnings);
    }

    [Fact]
    public async Task AnArtifactOfOneStageIsReadByTheNextAndTheWorkFoldersAreGoneAfterwards()
    {
        var folders = new ConcurrentQueue<string>();
        var make = new CodeStage("make", async (context, _) =>
        {
            folders.Enqueue(context.WorkingDirectory);
            Assert.Empty(Directory.EnumerateFileSystemEntries(context.WorkingDirectory));
            var file = Path.Combine(context.WorkingDirectory, "note.txt");
            await File.WriteAllTextAsync(file, "said", CancellationToken.None);
            return new StageResult { Artifacts = [await context.SaveArtifactAsync("note.txt", file, "text/plain", CancellationToken.None)] };
        });
        var read = new CodeStage("read", async (context, token) =>
        {
            folders.Enqueue(context.WorkingDirectory);
            var text = await File.ReadAllTextAsync(await context.OpenArtifactAsync("make", "note.txt", token), token);
            return new StageResult { TaskResult = JsonText.FromString(text) };
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [make, read]);

        var state = await worker.FinishAsync(
            await worker.SubmitAsync(new StageDefinition { Name = "make" }, new StageDefinition { Name = "read", DependsOn = ["make"] }));

        Assert.Equal("\"said\"", state.Result?.Value);
        Assert.Equal(2, folders.Count);
        Assert.All(folders, folder => Assert.False(Directory.Exists(folder), $"{folder} is still there."));
    }

    [Fact]
    public async Task AStageThatFailsOnceIsTriedAgainAndCompletes()
    {
        var stage = new CodeStage("shaky", (context, _) =>
            context.Attempt == 1
                ? throw new StageFailedException("net.down", "The speech service did not answer.", retryable: true)
                : Task.FromResult(StageResult.Empty));
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "shaky", Retry = QuickRetry }));

        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.Equal(2, state.Stages[0].Attempt);
        Assert.Null(state.Stages[0].Error);
        Assert.StartsWith("shaky: The speech service did not answer.", Assert.Single(state.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStageThatFailsForGoodFailsTheTaskWithItsWords()
    {
        var attempts = 0;
        var stage = new CodeStage("broken", (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            throw new StageFailedException("document.empty", "The document is empty. Write something into it.");
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "broken", Critical = true, Retry = QuickRetry }));

        Assert.Equal(RunStatus.Failed, state.Status);
        Assert.Equal(["broken: The document is empty. Write something into it."], state.Errors);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task AnExceptionThatNobodyExpectedIsTriedAgainAndThenShown()
    {
        var stage = new CodeStage("bug", (_, _) => throw new ArgumentOutOfRangeException("width"));
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "bug", Retry = QuickRetry }));

        Assert.Equal(RunStatus.Failed, state.Status);
        Assert.Equal(3, state.Stages[0].Attempt);
        Assert.StartsWith("bug: ArgumentOutOfRangeException:", Assert.Single(state.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStageThatFansOutHasItsMembersDoneInParallel()
    {
        using var together = new Barrier(2);
        var plan = new CodeStage("plan", (_, _) => Task.FromResult(new StageResult
        {
            FanOut = [.. Enumerable.Range(0, 4).Select(i => new StageDefinition { Name = $"part:{i}", DependsOn = ["plan"], Queue = _queue })],
        }));
        var part = new CodeStage("part", (context, token) =>
        {
            Assert.True(together.SignalAndWait(Until.Patience, token), $"{context.StageName} was alone.");
            return Task.FromResult(StageResult.Empty);
        });
        await using var worker = await WorkerHost.StartAsync(cluster, queue: _queue, stages: [plan, part]);

        var state = await worker.FinishAsync(
            await worker.SubmitAsync(new StageDefinition { Name = "plan" }, new StageDefinition { Name = "part", IsGroup = true, DependsOn = ["plan"] }));

        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.Equal(6, state.Stages.Count);
        Assert.All(state.Stages, stage => Assert.Equal(RunStatus.Completed, stage.Status));
    }

    [Fact]
    public async Task WhatAStageSaidLastIsThereWithItsCompletion()
    {
        var stage = new CodeStage("talk", async (context, token) =>
        {
            await context.ReportProgressAsync(0.01, "Begins", token);
            await Until.Holds(async () => (await cluster.LoadAsync(context.TaskId)).Stages[0].Message == "Begins");
            for (var i = 1; i <= 50; i++)
            {
                await context.ReportProgressAsync(i / 50.0, $"Word {i} of 50", token);
            }

            return StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "talk" }));

        Assert.Equal("Word 50 of 50", state.Stages[0].Message);
        Assert.Equal(1, state.Stages[0].Progress);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatAStageSaidLastIsThereWithItsEndThoughNoReportCameThrough(bool fails)
    {
        var isHeld = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var stage = new CodeStage("talk", async (context, token) =>
        {
            await isHeld.Task.WaitAsync(token);
            await context.ReportProgressAsync(0.25, "Begins", token);
            await context.ReportProgressAsync(0.75, "The last word", token);
            return fails ? throw new StageFailedException("broken", "It broke.") : StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "talk" });
        cluster.Gate.Before[task.Value] = (_, command) => command is ReportProgress ? ended.Task : Task.CompletedTask;
        isHeld.SetResult();

        var state = await worker.FinishAsync(task);
        ended.SetResult();

        Assert.Equal(fails ? RunStatus.Failed : RunStatus.Completed, state.Status);
        Assert.Equal("The last word", state.Stages[0].Message);
    }

    [Fact]
    public async Task AStageCompletesHoweverLongItsLastMessageIs()
    {
        var stage = new CodeStage("talk", async (context, token) =>
        {
            await context.ReportProgressAsync(1, new string('x', Limits.MaxCommandBytes), token);
            return StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "talk" }));

        Assert.Equal(RunStatus.Completed, state.Status);
        Assert.Equal(Limits.MaxMessageLength, state.Stages[0].Message!.Length);
    }

    [Fact]
    public async Task AResultThatTheTaskRefusesFailsTheStageAndSaysWhy()
    {
        var stage = new CodeStage("odd", (_, _) => Task.FromResult(new StageResult { FanOut = [new StageDefinition { Name = "nowhere:1" }] }));
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "odd", Retry = QuickRetry }));

        Assert.Equal(RunStatus.Failed, state.Status);
        Assert.Contains("The task refused its result: Stage odd adds 'nowhere:1'", Assert.Single(state.Errors), StringComparison.Ordinal);
    }

    private readonly string _queue = $"queue-{Guid.NewGuid():N}";
}
