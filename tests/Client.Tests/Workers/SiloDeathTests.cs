using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>Silos that are killed under clients and workers. Each test has a cluster of its own.</summary>
public sealed class SiloDeathTests
{
    [Fact]
    public async Task UpdatesThatWereAcknowledgedSurviveASiloThatIsKilledUnderLoad()
    {
        await using var cluster = await ClientCluster.StartAsync(2);
        var tasks = new List<TaskId>();
        for (var i = 0; i < 8; i++)
        {
            tasks.Add((await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId(), Status = RunStatus.Running })).TaskId);
        }

        var acknowledged = 0;
        var halfway = new TaskCompletionSource();
        var load = Task.WhenAll(tasks.Select(async task =>
        {
            for (var i = 0; i < 60; i++)
            {
                Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.ExecuteAsync(task, new AddStage($"s{i}"))).Outcome);
                if (Interlocked.Increment(ref acknowledged) == 200)
                {
                    halfway.SetResult();
                }
            }
        }));
        await halfway.Task.Happens("half of the load went through");
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0]);
        await load.Happens("the load went through");

        foreach (var task in tasks)
        {
            var state = await cluster.LoadAsync(task);
            Assert.Equal((60, 61L), (state.Stages.Count, state.Version));
        }
    }

    [Fact]
    public async Task AWatcherGoesOnWhenTheSiloOfItsTaskIsKilled()
    {
        await using var cluster = await ClientCluster.StartAsync(2);
        var watched = new List<(TaskId Task, Task Watching)>();
        var seen = 0;
        for (var i = 0; i < 6; i++)
        {
            var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId(), Status = RunStatus.Running })).TaskId;
            watched.Add((task, WatchAsync(task)));
        }

        async Task WatchAsync(TaskId task)
        {
            long version = 0;
            var status = RunStatus.Pending;
            await foreach (var snapshot in cluster.Tasks.WatchAsync(task))
            {
                Interlocked.Increment(ref seen);
                Assert.True(snapshot.Version > version, $"Version {snapshot.Version} came after {version}.");
                (version, status) = (snapshot.Version, snapshot.ToState().Status);
            }

            Assert.Equal(RunStatus.Cancelled, status);
        }

        await Until.Holds(() => Task.FromResult(seen == 6));
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0]);
        foreach (var (task, _) in watched)
        {
            await cluster.Tasks.CancelAsync(task);
        }

        await Task.WhenAll(watched.Select(watch => watch.Watching)).WithinAsync(TimeSpan.FromSeconds(20), static () => "not all watchers saw the end.");
    }

    [Fact]
    public async Task AWorkerStopsWhenNobodyRenewsItsLeaseAndWorksAgainWhenTheClusterIsBack()
    {
        await using var cluster = await ClientCluster.StartAsync(1);
        var running = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var stage = new CodeStage("long", async (context, token) =>
        {
            if (context.Attempt == 1)
            {
                running.SetResult();
                await using var stopping = token.Register(stopped.SetResult);
                await Task.Delay(Timeout.Infinite, token);
            }

            return new StageResult { TaskResult = JsonText.FromString($"attempt {context.Attempt}") };
        });
        await using var worker = await WorkerHost.StartAsync(cluster, options => options.LeaseDuration = TimeSpan.FromSeconds(6), stages: [stage]);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await running.Task.Happens("the stage began");

        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0]);
        await stopped.Task.Happens("the stage was told to stop when its lease had to be over");

        await cluster.Cluster.StartAdditionalSiloAsync();
        var state = await worker.FinishAsync(task);
        Assert.Equal("\"attempt 2\"", state.Result?.Value);
        Assert.Equal((2, 1), (state.Stages[0].Attempt, state.Stages[0].LostAttempts));
    }

    [Fact]
    public async Task AWorkerStopsInTimeWhenTheWholeClusterIsDead()
    {
        await using var cluster = await ClientCluster.StartAsync(1);
        var running = new TaskCompletionSource();
        var stage = new CodeStage("long", async (_, token) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return StageResult.Empty;
        });
        await using var worker = await WorkerHost.StartAsync(cluster, stages: [stage]);
        await worker.SubmitAsync(new StageDefinition { Name = "long" });
        await running.Task.Happens("the stage began");
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0]);

        await worker.StopAsync().WithinAsync(TimeSpan.FromSeconds(6), static () => "the worker does not stop.");
    }
}
