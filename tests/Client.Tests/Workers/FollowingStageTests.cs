using System.Collections.Concurrent;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>A worker does the stages of a task one after the other in the same place.</summary>
public sealed class FollowingStageTests(ClientCluster cluster)
{
    [Fact]
    public async Task StagesThatFollowEachOtherAreStartedOnceAndCompletedOnce()
    {
        var commands = new ConcurrentQueue<TaskCommand>();
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
        cluster.Gate.Before[task.Value] = command =>
        {
            commands.Enqueue(command);
            return Task.CompletedTask;
        };
        begin.SetResult();

        var state = await worker.FinishAsync(task);

        Assert.Equal((RunStatus.Completed, "\"1\""), (state.Status, state.Result?.Value));
        Assert.Equal("after made", state.Stages[1].Message);
        Assert.DoesNotContain(commands, command => command is StartStage { Stage.Value: not "first" });
        Assert.Equal(["first", "second", "third"], commands.OfType<CompleteStage>().Select(complete => complete.Stage.Value));
    }

    [Fact]
    public async Task AWorkerThatIsToldToStopGivesBackTheStageThatJustFollowed()
    {
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
        await using var worker = await WorkerHost.StartAsync(cluster, options => options.DrainPatience = TimeSpan.FromSeconds(30), stages: [first, second]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "first" }, new StageDefinition { Name = "second", DependsOn = ["first"] });
        await atWork.Task.Happens("the first stage began");
        cluster.Gate.Before[task.Value] = async command =>
        {
            if (command is CompleteStage)
            {
                completing.SetResult();
                await goOn.Task;
            }
        };
        begin.SetResult();
        await completing.Task.Happens("the first stage was to be completed");

        var stopping = worker.StopAsync(CancellationToken.None);
        goOn.SetResult();
        await stopping.Happens("the worker stopped");

        var state = await cluster.LoadAsync(task);
        Assert.Equal((RunStatus.Completed, RunStatus.Pending, null), (state.Stages[0].Status, state.Stages[1].Status, state.Stages[1].Lease));
        Assert.Equal((0, 0), (state.Stages[1].LostAttempts, state.Stages[1].FailedAttempts));
        Assert.False(isSecondDone);
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
}
