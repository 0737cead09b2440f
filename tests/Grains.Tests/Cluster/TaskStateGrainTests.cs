using VideoGen.Grains.Tests.Commit;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>The grain in a real silo: what callers, workers and watchers see of it.</summary>
public sealed class TaskStateGrainTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly WorkerProfile Profile = new(Situations.Worker, ["work", "later"], []);

    [Fact]
    public async Task SixtyFourReportsAtOnceBecomeFewWritesAndNoneIsLost()
    {
        await silo.ExecuteAsync("hot", new CreateTask(TaskId.Parse("hot"), JsonText.EmptyObject, null));
        var before = silo.Store.Writes;
        for (var round = 0; round < 4; round++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => silo.ExecuteAsync("hot", new AddStage($"stage-{round}-{i}"))));
            Assert.Equal(64, replies.Select(reply => reply.Version).Distinct().Count());
            Assert.All(replies, reply => Assert.Equal(CommandOutcome.Applied, reply.Outcome));
        }

        var state = (await silo.Task("hot").ReadAsync())!.ToState();
        Assert.Equal(256, state.Stages.Count);
        Assert.Equal(257, state.Version);
        Assert.InRange(silo.Store.Writes - before, 1, 64);
    }

    [Fact]
    public async Task StagesAreOfferedWhenTheyAreReadyAndTheTaskEndsWithTheLast()
    {
        await CreateAsync("flow", "flow-queue");
        foreach (var name in new[] { "work", "later" })
        {
            var offer = await TakeAsync("flow-queue");
            Assert.Equal(name, offer.Stage);
            var start = await silo.ExecuteAsync("flow", new StartStage(name, Situations.Worker, TimeSpan.FromSeconds(30)));
            var end = await silo.ExecuteAsync("flow", new CompleteStage(name, start.Lease!.Token));
            Assert.Equal(CommandOutcome.Applied, end.Outcome);
        }

        Assert.Equal(RunStatus.Completed, (await silo.Task("flow").ReadAsync())!.ToState().Status);
    }

    [Fact]
    public async Task CancellingReachesTheWorkerWithItsNextReport()
    {
        await CreateAsync("cancelled", "cancelled-queue");
        var lease = (await silo.ExecuteAsync("cancelled", new StartStage("work", Situations.Worker, TimeSpan.FromSeconds(30)))).Lease!;
        Assert.Equal(WorkerDirective.Continue, (await silo.ExecuteAsync("cancelled", new ReportProgress("work", lease.Token, 0.5, null))).Directive);
        await silo.ExecuteAsync("cancelled", new CancelTask());
        Assert.Equal(WorkerDirective.Cancel, (await silo.ExecuteAsync("cancelled", new ReportProgress("work", lease.Token, 0.6, null))).Directive);
        Assert.Equal(CommandOutcome.Unchanged, (await silo.ExecuteAsync("cancelled", new CompleteStage("work", lease.Token))).Outcome);
        Assert.Equal(RunStatus.Cancelled, (await silo.Task("cancelled").ReadAsync())!.ToState().Status);
    }

    [Fact]
    public async Task StageOfAWorkerThatFellSilentIsOfferedAgainAndItsLateResultIsRefused()
    {
        await CreateAsync("silent", "silent-queue");
        await TakeAsync("silent-queue");
        var lease = (await silo.ExecuteAsync("silent", new StartStage("work", Situations.Worker, TimeSpan.FromSeconds(1)))).Lease!;
        var offer = await TakeAsync("silent-queue");
        Assert.Equal(("work", 2), (offer.Stage, offer.Attempt));
        Assert.Equal(RefusalReason.LeaseLost, (await silo.ExecuteAsync("silent", new CompleteStage("work", lease.Token))).Reason);
        var next = (await silo.ExecuteAsync("silent", new StartStage("work", Situations.Worker, TimeSpan.FromSeconds(30)))).Lease!;
        Assert.True(next.Token > lease.Token);
        Assert.Equal(RefusalReason.LeaseLost, (await silo.ExecuteAsync("silent", new CompleteStage("work", lease.Token))).Reason);
    }

    [Fact]
    public async Task WatcherSeesVersionsRiseAndTheLastOneAndThenTheEnd()
    {
        await CreateAsync("watched", "watched-queue");
        var seen = new List<long>();
        var watching = WatchAsync();
        var lease = (await silo.ExecuteAsync("watched", new StartStage("work", Situations.Worker, TimeSpan.FromSeconds(30)))).Lease!;
        await silo.ExecuteAsync("watched", new ReportProgress("work", lease.Token, 0.5, "half"));
        var cancelled = await silo.ExecuteAsync("watched", new CancelTask());
        await watching.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(cancelled.Version, seen[^1]);

        async Task WatchAsync()
        {
            await foreach (var snapshot in silo.Task("watched").WatchAsync(0, TestContext.Current.CancellationToken))
            {
                seen.Add(snapshot.Version);
            }
        }
    }

    [Fact]
    public async Task WatchEndsWhenTheTaskIsDeletedAndItsVersionsGoOnAfterwards()
    {
        await silo.ExecuteAsync("deleted", new CreateTask(TaskId.Parse("deleted"), JsonText.EmptyObject, null));
        var ended = EndAsync();
        await silo.ExecuteAsync("deleted", new DeleteTask());
        await ended.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Null(await silo.Task("deleted").ReadAsync());
        var again = await silo.ExecuteAsync("deleted", new CreateTask(TaskId.Parse("deleted"), JsonText.EmptyObject, null));
        Assert.Equal((CommandOutcome.Applied, 3L), (again.Outcome, again.Version));

        async Task EndAsync()
        {
            await foreach (var _ in silo.Task("deleted").WatchAsync(0, TestContext.Current.CancellationToken))
            {
            }
        }
    }

    [Fact]
    public async Task AskingForAnUnknownTaskLeavesNothingBehind()
    {
        var records = silo.Store.Count;
        var writes = silo.Store.Writes;
        Assert.Null(await silo.Task("nobody").ReadAsync());
        Assert.Equal(RefusalReason.NotFound, (await silo.ExecuteAsync("nobody", new CancelTask())).Reason);
        Assert.Equal((records, writes), (silo.Store.Count, silo.Store.Writes));
    }

    [Fact]
    public async Task TaskThatIsSentToTheWrongGrainIsRefused() =>
        Assert.Equal(RefusalReason.InvalidInput, (await silo.ExecuteAsync("here", new CreateTask(TaskId.Parse("there"), JsonText.EmptyObject, null))).Reason);

    [Fact]
    public async Task ARefusalNamesTheVersionOfTheTaskThatWasThereAlready()
    {
        var created = await CreateAsync("known", "elsewhere");
        var refused = await silo.ExecuteAsync("known", new CreateTask(TaskId.Parse("there"), JsonText.EmptyObject, null));
        Assert.Equal((RefusalReason.InvalidInput, created.Version), (refused.Reason, refused.Version));
    }

    [Fact]
    public void TheTypeOfTheGrainIsTheOneUnderWhichTasksAreStored() => Assert.Equal("taskstate", silo.Task("any").GetGrainId().Type.ToString());

    private Task<TaskReply> CreateAsync(string task, string queue) => silo.ExecuteAsync(task, new CreateTask(
        TaskId.Parse(task),
        JsonText.EmptyObject,
        Situations.Pipeline(Situations.Stage("work") with { Queue = queue }, Situations.Stage("later", "work") with { Queue = queue })));

    private async Task<StageOffer> TakeAsync(string queue)
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var wait = TimeSpan.FromSeconds(20);
            if (await silo.Grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(Profile, wait, TestContext.Current.CancellationToken) is { } offer)
            {
                return offer;
            }
        }

        throw new TimeoutException($"No stage was offered to {queue} within 60 s.");
    }
}

public sealed class RecoveryTests
{
    [Fact]
    public async Task EveryUnfinishedTaskGoesOnAfterTheSilosDeathHoweverManyThereAre()
    {
        const int tasks = 1_200;
        await using var silo = new OneSilo();
        for (var i = 0; i < tasks; i++)
        {
            var pipeline = Situations.Pipeline(Situations.Stage("work") with { Queue = "recovered" });
            var state = Situations.Apply(null, new CreateTask(TaskId.Parse($"owed-{i:0000}"), JsonText.EmptyObject, pipeline));
            silo.Store.Seed(new TaskDocument(state with { Version = 1 }, new CommitRecord { TaskId = state.TaskId.Value, Version = 1, Writes = 1 }));
        }

        await silo.InitializeAsync();
        await silo.RestartAsync(recover: true);
        var worker = new WorkerProfile(Situations.Worker, ["work"], []);
        var woken = new HashSet<string>();
        while (woken.Count < tasks)
        {
            var offer = await silo.Grains.GetGrain<IStageQueueGrain>("recovered")
                .TakeAsync(worker, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.True(offer is not null, $"Only {woken.Count} of {tasks} tasks went on.");
            woken.Add(offer.Task.Value);

            // What is not begun soon after it was taken is offered again.
            await silo.ExecuteAsync(offer.Task.Value, new StartStage(offer.Stage, Situations.Worker, Situations.Lease));
        }
    }
}
