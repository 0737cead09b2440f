using System.Collections.Concurrent;
using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>A worker does the stages of a task one after the other in the same place.</summary>
public sealed class FollowingStageTests(ClientCluster cluster)
{
    [Fact]
    public async Task StagesThatFollowEachOtherAreStartedOnceAndCompletedOnce()
    {
        var commands = new ConcurrentDictionary<OperationId, TaskCommand>();
        var begin = new TaskCompletionSource();
        var first = new CodeStage("first", async (_, token) =>
        {
            await begin.Task.WaitAsync(token);
            return new StageResult { Artifacts = [new Artifact("made", "made", 1, "00", "text/plain")] };
        });
        var second = new CodeStage("second", async (context, token) =>
        {
            await context.ReportProgressAsync(1, $"after {context.FindArtifact("first", "made")?.Name}", token);
            return StageResult.Empty;
        });
        var third = new CodeStage("third", (context, _) => Task.FromResult(new StageResult { TaskResult = JsonText.FromString($"{context.Attempt}") }));
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [first, second, third]);
        var task = await worker.SubmitAsync(
            new StageDefinition { Name = "first" },
            new StageDefinition { Name = "second", DependsOn = ["first"] },
            new StageDefinition { Name = "third", DependsOn = ["second"] });
        cluster.Gate.Before[task.Value] = (operation, command) =>
        {
            commands[operation] = command;
            return Task.CompletedTask;
        };
        begin.SetResult();

        var state = await worker.FinishAsync(task);

        Assert.Equal((RunStatus.Completed, "\"1\""), (state.Status, state.Result?.Value));
        Assert.Equal("after made", state.Stages[1].Message);
        Assert.DoesNotContain(commands.Values, command => command is StartStage { Stage.Value: not "first" });
        Assert.Equal(["first", "second", "third"], commands.Values.OfType<CompleteStage>().Select(complete => complete.Stage.Value).Order());
    }

    [Fact]
    public async Task AWorkerWithPatienceDoesTheStageThatBeganWhenItWasToldToStop()
    {
        var (state, isSecondDone) = await StopWhileTheNextBeginsAsync(isPatient: true);

        Assert.Equal((RunStatus.Completed, 1, RunStatus.Completed, 1), StagesOf(state));
        Assert.True(isSecondDone);
        Assert.Equal((RunStatus.Pending, 0), (state.Stages[2].Status, state.Stages[2].Attempt));
    }

    [Fact]
    public async Task AWorkerWithoutPatienceGivesBackTheStageThatBeganWhenItWasToldToStop()
    {
        var (state, isSecondDone) = await StopWhileTheNextBeginsAsync(isPatient: false);

        Assert.Equal((RunStatus.Completed, 1, RunStatus.Pending, 1), StagesOf(state));
        Assert.False(isSecondDone);
        Assert.Null(state.Stages[1].Lease);
        Assert.Equal((0, 0), (state.Stages[1].LostAttempts, state.Stages[1].FailedAttempts));
    }

    [Fact]
    public async Task AnAttemptThatAsksForNoFolderMakesNone()
    {
        var work = "";
        var stage = new CodeStage("plain", (_, _) =>
        {
            Assert.Empty(Directory.GetDirectories(work, "*-plain-*", SearchOption.AllDirectories));
            return Task.FromResult(StageResult.Empty);
        });
        await using var worker = await WorkerHost.StartAsync(cluster, options => work = options.WorkDirectory, stages: [stage]);

        var state = await worker.FinishAsync(await worker.SubmitAsync(new StageDefinition { Name = "plain" }));

        Assert.Equal((RunStatus.Completed, 1), (state.Status, state.Stages[0].Attempt));
    }

    [Fact]
    public void AKindThatIsKeptOutFollowsNothing()
    {
        var load = new WorkerLoad(1, ImmutableDictionary<string, int>.Empty, TimeProvider.System);
        var first = load.TryHold("default", new StageOffer(TaskId.Parse("talk"), "first", 1, 0, default, []))!;
        var second = first.FollowedBy(new StageBrief("second", 1, JsonText.EmptyObject, []), default);
        load.KeepOut("second");

        Assert.False(load.TryFollow(first, second));
        Assert.Equal([first], load.Held);

        load.LetIn("second");
        Assert.True(load.TryFollow(first, second));
        Assert.Equal([second], load.Held);
    }

    private static (RunStatus First, int Attempt, RunStatus Second, int SecondAttempt) StagesOf(TaskState state) =>
        (state.Stages[0].Status, state.Stages[0].Attempt, state.Stages[1].Status, state.Stages[1].Attempt);

    /// <summary>The worker is told to stop while the end of the first of three stages, with which the second begins, is on its way.</summary>
    private async Task<(TaskState State, bool IsSecondDone)> StopWhileTheNextBeginsAsync(bool isPatient)
    {
        var watching = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var atWork = new TaskCompletionSource();
        var begin = new TaskCompletionSource();
        var completing = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var first = new CodeStage("first", async (_, token) =>
        {
            atWork.SetResult();
            await begin.Task.WaitAsync(token);
            return StageResult.Empty;
        });
        var isSecondDone = false;
        var second = new CodeStage("second", (_, _) =>
        {
            isSecondDone = true;
            return Task.FromResult(StageResult.Empty);
        });
        var third = new CodeStage("third", (_, _) => Task.FromResult(StageResult.Empty));
        var watch = new CodeStage("watch", async (_, token) =>
        {
            await using var stop = token.Register(stopped.SetResult);
            watching.SetResult();
            await stopped.Task;
            return StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(
            cluster, options => options.DrainPatience = isPatient ? TimeSpan.FromMinutes(10) : TimeSpan.Zero, stages: [first, second, third, watch]);
        var task = await worker.SubmitAsync(
            new StageDefinition { Name = "first" },
            new StageDefinition { Name = "second", DependsOn = ["first"] },
            new StageDefinition { Name = "third", DependsOn = ["second"] });
        await atWork.Task.Happens("the first stage began");
        cluster.Gate.Before[task.Value] = async (_, command) =>
        {
            if (command is CompleteStage { Stage.Value: "first" })
            {
                completing.TrySetResult();
                await goOn.Task;
            }
        };
        begin.SetResult();
        await completing.Task.Happens("the first stage was to be completed");

        if (isPatient)
        {
            stopped.SetResult();
        }
        else
        {
            await worker.SubmitAsync(new StageDefinition { Name = "watch" });
            await watching.Task.Happens("the worker has another stage, which sees that it has to stop");
        }

        var stopping = worker.StopAsync(CancellationToken.None);
        await stopped.Task.Happens("the worker does nothing more, or is patient");
        goOn.SetResult();
        await stopping.Happens("the worker stopped");
        return (isPatient ? await cluster.LoadAsync(task) : await cluster.WhenGivenBackAsync(task, stage: 1), isSecondDone);
    }
}
