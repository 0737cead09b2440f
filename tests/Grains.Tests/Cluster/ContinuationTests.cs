using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>Completions whose senders would go on, in a real silo.</summary>
public sealed class ContinuationTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly WorkerProfile Profile = new(Situations.Worker, ["work", "later"], []);

    private static readonly StageTaker Taker = new(Profile, Situations.Lease);

    [Fact]
    public async Task TheNextStageBeginsWithOneWriteAndARepeatedCompletionIsAnsweredAlike()
    {
        var (task, token) = await StartAsync("continued");
        var (operation, command) = (OperationId.Create(TimeProvider.System), new CompleteStage("work", token) { Taker = Taker });
        var writes = silo.Store.Writes;

        var first = await silo.Task(task).ExecuteAsync(operation, command);
        var again = await silo.Task(task).ExecuteAsync(operation, command);

        Assert.Equal(1, silo.Store.Writes - writes);
        Assert.Equal(first, again);
        Assert.Equal(("later", 1), (first.Brief!.Stage, first.Brief.Attempt));
        var state = (await silo.Task(task).ReadAsync())!.ToState();
        Assert.Equal((RunStatus.Completed, RunStatus.Running), (state.Stages[0].Status, state.Stages[1].Status));
        Assert.Equal((first.Lease, first.Version), (state.Stages[1].Lease, state.Version));
        Assert.Null(await TakeAsync(task));
        Assert.Equal(CommandOutcome.Applied, (await silo.ExecuteAsync(task, new CompleteStage("later", first.Lease!.Token) { Taker = Taker })).Outcome);
        Assert.Equal(RunStatus.Completed, (await silo.Task(task).ReadAsync())!.ToState().Status);
    }

    [Fact]
    public async Task WhatComesBeforeInTheQueueIsLeftToIt()
    {
        var (task, token) = await StartAsync("passed");
        await CreateAsync("urgent", task, priority: 1);
        await Until(async () => (await silo.Grains.GetGrain<IStageQueueGrain>(task).InspectAsync()).Offers == 1);

        var reply = await silo.ExecuteAsync(task, new CompleteStage("work", token) { Taker = Taker });

        Assert.Equal((CommandOutcome.Applied, null), (reply.Outcome, reply.Lease));
        Assert.Equal("urgent", (await TakeAsync(task))!.Task.Value);
        await Until(async () => (await TakeAsync(task)) is { Stage.Value: "later" });
    }

    [Fact]
    public async Task ACompletionThatIsRefusedLeavesTheNextStageToItsQueue()
    {
        var (task, token) = await StartAsync("refused");
        var refused = await silo.ExecuteAsync(task, new CompleteStage("work", token) { Taker = Taker, Artifacts = [new Artifact("x", "../x", 1, "", "")] });
        Assert.Equal((RefusalReason.InvalidInput, null), (refused.Reason, refused.Lease));

        await silo.ExecuteAsync(task, new CompleteStage("work", token));

        await Until(async () => (await TakeAsync(task)) is { Stage.Value: "later" });
    }

    /// <summary>A task of two stages in a queue of its own, the first of which is at work.</summary>
    private async Task<(string Task, long Token)> StartAsync(string task)
    {
        await CreateAsync(task, task);
        await Until(async () => await TakeAsync(task) is not null);
        var start = await silo.ExecuteAsync(task, new StartStage("work", Situations.Worker, Situations.Lease));
        Assert.Equal((StageName)"work", start.Brief!.Stage);
        return (task, start.Lease!.Token);
    }

    private Task<TaskReply> CreateAsync(string task, string queue, int priority = 0) => silo.ExecuteAsync(task, new CreateTask(
        TaskId.Parse(task),
        JsonText.EmptyObject,
        Situations.Pipeline(Situations.Stage("work") with { Queue = queue }, Situations.Stage("later", "work") with { Queue = queue }))
    {
        Priority = priority,
    });

    private Task<StageOffer?> TakeAsync(string queue) =>
        silo.Grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(Profile, TimeSpan.Zero, TestContext.Current.CancellationToken);

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
