using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

public sealed class SuspectTests(ClientCluster cluster)
{
    private readonly string _queue = $"queue-{Guid.NewGuid():N}";
    private int _atWork;
    private int _besideSuspects;

    [Fact]
    public async Task AStageThatWasLostWithSeveralWorkersIsDoneWithNothingBesideIt()
    {
        await using var before = await StartAsync("unrelated");
        var suspects = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SubmitLostAsync(before)));
        await using var worker = await StartAsync("suspect", "other");
        var others = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => worker.SubmitAsync(new StageDefinition { Name = "other" })));

        foreach (var task in suspects.Concat(others))
        {
            Assert.Equal(RunStatus.Completed, (await worker.FinishAsync(task)).Status);
        }

        Assert.Equal(0, _besideSuspects);
        Assert.All(suspects, task => Assert.Equal(3, cluster.LoadAsync(task).Result.Stages[0].Attempt));
    }

    [Fact]
    public async Task AStageThatIsToBeAlone_WaitsForThoseThatAreHeld()
    {
        var load = new WorkerLoad(3, ImmutableDictionary<string, int>.Empty, TimeProvider.System);
        var other = load.TryHold(_queue, OfferOf("other"))!;
        var suspect = load.TryHold(_queue, OfferOf("suspect"))!;

        var alone = load.WaitToBeAloneAsync(suspect)!;

        Assert.False(alone.IsCompleted);
        Assert.Null(load.TryHold(_queue, OfferOf("late")));
        load.Release(other);
        await alone.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        load.Release(suspect);
        Assert.NotNull(load.TryHold(_queue, OfferOf("late")));
    }

    private static StageOffer OfferOf(string stage) => new(TaskId.Parse("t"), stage, 1, 0, DateTimeOffset.UnixEpoch, []);

    private async Task<TaskId> SubmitLostAsync(WorkerHost worker)
    {
        var task = await worker.SubmitAsync(new StageDefinition { Name = "suspect" });
        for (var i = 0; i < Limits.LostAttemptsBeforeAlone; i++)
        {
            await cluster.Tasks.ExecuteAsync(task, new StartNow());
            var start = new StartStage("suspect", new WorkerId("dead", Guid.NewGuid()), TimeSpan.FromMinutes(1));
            Assert.NotNull((await cluster.Tasks.ExecuteAsync(task, start)).Lease);
            Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.ExecuteAsync(task, new DeclareWorkerLost("dead"))).Outcome);
        }

        return task;
    }

    private Task<WorkerHost> StartAsync(params string[] kinds) => WorkerHost.StartAsync(
        cluster, options => options.Concurrency = 3, _queue, [.. kinds.Select(kind => new CodeStage(kind, WorkAsync))]);

    private async Task<StageResult> WorkAsync(StageContext context, CancellationToken token)
    {
        var isSuspect = context.StageName == "suspect";
        var before = Interlocked.Add(ref _atWork, isSuspect ? 1_000 : 1);
        await Task.Delay(TimeSpan.FromMilliseconds(100), token);
        var after = Interlocked.Add(ref _atWork, isSuspect ? -1_000 : -1);
        if (isSuspect ? before != 1_000 || after != 0 : before >= 1_000 || after >= 1_000)
        {
            Interlocked.Increment(ref _besideSuspects);
        }

        return StageResult.Empty;
    }
}
