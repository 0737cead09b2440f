using Orleans.Runtime;
using VideoGen.Grains.Tests.Commit;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Stored;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>Reads past the turns of the tasks: they see what was acknowledged, and wait for nobody.</summary>
public sealed class TaskReaderGrainTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ITaskReaderGrain Reader => silo.Grains.GetGrain<ITaskReaderGrain>(0);

    [Fact]
    public async Task ReadsAreAnsweredWhileTheTurnOfTheTaskIsTaken()
    {
        var task = await CreateAsync("taken");
        await Reader.ReadAsync(task);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        silo.Store.Writing = key =>
        {
            if (key == task.Value)
            {
                entered.SetResult();
                gate.Wait(TestContext.Current.CancellationToken);
            }
        };
        var update = silo.ExecuteAsync(task.Value, new AddStage("a"));
        await entered.Task;
        try
        {
            // T4: not the state that is being written.
            Assert.Equal(1, (await Reader.ReadAsync(task).WaitAsync(Patience, TestContext.Current.CancellationToken))!.Version);
        }
        finally
        {
            silo.Store.Writing = static _ => { };
            gate.Set();
        }

        Assert.Equal(2, (await update).Version);
        Assert.Equal(2, (await Reader.ReadAsync(task))!.Version);
    }

    [Fact]
    public async Task WhoeverWasAnsweredReadsAtLeastThatAndVersionsNeverGoBack()
    {
        var task = await CreateAsync("busy");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            var seen = 0L;
            for (var i = 0; i < 50; i++)
            {
                var reply = await silo.ExecuteAsync(task.Value, new AddStage($"stage-{caller}-{i}"));
                var snapshot = (await Reader.ReadAsync(task))!;
                Assert.InRange(snapshot.Version, Math.Max(reply.Version, seen), long.MaxValue);
                var state = snapshot.ToState();
                Assert.Equal(snapshot.Version, state.Version);
                Assert.True(state.Stages.Contains($"stage-{caller}-{i}"));
                seen = snapshot.Version;
            }
        }));
    }

    [Fact]
    public async Task ActivationThatEndedIsNotReadAnyMore()
    {
        var task = await CreateAsync("ended");
        Assert.Equal(1, (await Reader.ReadAsync(task))!.Version);
        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);

        // As if another silo had been at work meanwhile.
        var state = Situations.Apply(null, new CreateTask(task, JsonText.EmptyObject, null));
        silo.Store.Seed(new TaskDocument(state with { Version = 7 }, new CommitRecord { TaskId = task.Value, Version = 7, Writes = 7 }));
        Assert.Equal(7, (await Reader.ReadAsync(task))!.Version);
    }

    [Fact]
    public async Task TaskThatIsDeletedIsNotFoundAnyMore()
    {
        var task = await CreateAsync("removed");
        Assert.NotNull(await Reader.ReadAsync(task));
        await silo.ExecuteAsync(task.Value, new DeleteTask());
        Assert.Null(await Reader.ReadAsync(task));
    }

    [Fact]
    public async Task UnknownTaskIsNotFoundAndLeavesNothingBehind()
    {
        var before = (silo.Store.Count, silo.Store.Writes);
        Assert.Null(await Reader.ReadAsync(TaskId.Parse("unknown")));
        Assert.Equal(before, (silo.Store.Count, silo.Store.Writes));
    }

    private async Task<TaskId> CreateAsync(string id)
    {
        var task = TaskId.Parse(id);
        Assert.Equal(CommandOutcome.Applied, (await silo.ExecuteAsync(id, new CreateTask(task, JsonText.EmptyObject, null))).Outcome);
        return task;
    }
}
