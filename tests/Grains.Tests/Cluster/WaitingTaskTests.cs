using Orleans.Runtime;
using VideoGen.Grains.Activation;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>A task that waits is a row of its store: it costs no memory, and yet it goes on when its time comes (T9).</summary>
public sealed class WaitingTaskTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OneSilo _silo = new();

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task TasksThatWait_AreNotKeptInMemory()
    {
        const int tasks = IdleTasks.MaxKept + 500;
        await Parallel.ForEachAsync(Enumerable.Range(0, tasks), TestContext.Current.CancellationToken, async (i, _) => await CreateAsync($"t{i}"));

        await UntilAsync(async () => await ActiveAsync() <= IdleTasks.MaxKept + 50);
        Assert.Equal(tasks, _silo.Store.Count);
        var lease = await _silo.ExecuteAsync("t0", new StartStage("work", Situations.Worker, TimeSpan.FromSeconds(30)));
        Assert.Equal(CommandOutcome.Applied, lease.Outcome);
    }

    /// <summary>Nobody calls it: the store tells whose lease is over.</summary>
    [Fact]
    public async Task LeaseThatRanOutWhileTheTaskWasNotInMemory_IsEnded()
    {
        var created = Situations.Apply(null, new CreateTask(TaskId.Parse("left"), JsonText.EmptyObject, Situations.Pipeline(Situations.Stage("work"))));
        var begun = Situations.Apply(created, new StartStage("work", Situations.Worker, Situations.Lease));
        var document = new TaskDocument(begun with { Version = 2 }, new CommitRecord { TaskId = "left", Version = 2, Writes = 2, HighestToken = 1 });
        _silo.Store.Seed(document);
        Assert.Equal("left", Assert.Single(await _silo.Store.FindDueAsync(DateTimeOffset.UtcNow, 10, TestContext.Current.CancellationToken)).Value);

        await _silo.RestartAsync(recover: true);

        await UntilAsync(async () => (await _silo.Store.FindDueAsync(DateTimeOffset.MaxValue, 10)).IsEmpty);
        Assert.Equal(RunStatus.Pending, (await _silo.Task("left").ReadAsync())!.ToState().Stages[0].Status);
    }

    /// <summary>A stage whose delay ends is offered at that moment, by a task that nobody calls.</summary>
    [Fact]
    public async Task StageWhoseDelayEnds_IsOffered()
    {
        var retry = new RetryPolicy { MaxAttempts = 2, FirstDelay = TimeSpan.FromSeconds(2), Jitter = 0 };
        await CreateAsync("delayed", "delayed", Situations.Stage("work") with { Queue = "delayed", Retry = retry });
        Assert.NotNull(await TakeAsync("delayed"));
        var lease = (await _silo.ExecuteAsync("delayed", new StartStage("work", Situations.Worker, TimeSpan.FromSeconds(60)))).Lease!;
        await _silo.ExecuteAsync("delayed", new FailStage("work", lease.Token, "broken", null, Retryable: true));

        Assert.Equal(2, (await TakeAsync("delayed"))!.Attempt);
    }

    [Fact]
    public async Task TaskThatIsWatched_StaysInMemory()
    {
        await CreateAsync("watched");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var paused = new TaskCompletionSource();
        var resumed = new TaskCompletionSource();
        var watching = WatchAsync();
        await _silo.ExecuteAsync("watched", new PauseTask());
        await paused.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Parallel.ForEachAsync(Enumerable.Range(0, IdleTasks.MaxKept + 100), stop.Token, async (i, _) => await CreateAsync($"w{i}"));
        await UntilAsync(async () => await ActiveAsync() <= IdleTasks.MaxKept + 50);

        // The watch of an activation that goes away ends, and does not see this.
        await _silo.ExecuteAsync("watched", new ResumeTask());
        Assert.Same(resumed.Task, await Task.WhenAny(resumed.Task, watching).WaitAsync(Patience, TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        await watching;

        async Task WatchAsync()
        {
            try
            {
                await foreach (var snapshot in _silo.Task("watched").WatchAsync(0, stop.Token))
                {
                    if (snapshot.ToState().Status == RunStatus.Paused)
                    {
                        paused.TrySetResult();
                    }
                    else if (paused.Task.IsCompleted)
                    {
                        resumed.TrySetResult();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // As asked above.
            }
        }
    }

    private Task<TaskReply> CreateAsync(string task, string queue = "waiting", StageDefinition? stage = null) => _silo.ExecuteAsync(
        task,
        new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, Situations.Pipeline(stage ?? Situations.Stage("work") with { Queue = queue })));

    private Task<StageOffer?> TakeAsync(string queue) => _silo.Grains.GetGrain<IStageQueueGrain>(queue)
        .TakeAsync(new WorkerProfile(Situations.Worker, ["work"], []), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    private async Task<int> ActiveAsync()
    {
        var statistics = await _silo.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(type => type.GrainType.Contains(nameof(TaskStateGrain), StringComparison.Ordinal)).Sum(type => type.ActivationCount);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }
}
