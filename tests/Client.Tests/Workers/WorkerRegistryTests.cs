using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Tests.Workers;

/// <summary>What the cluster knows of its workers, and how one is told to end.</summary>
public sealed class WorkerRegistryTests(ClientCluster cluster)
{
    private readonly string _name = $"worker-{Guid.NewGuid():N}";
    private readonly TaskCompletionSource _running = new();
    private readonly TaskCompletionSource _end = new();
    private readonly TaskCompletionSource _drained = new();

    [Fact]
    public async Task AWorkerIsListedWithWhatItDoesUntilItEnds()
    {
        var worker = await StartAsync(cluster);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "work" });
        await _running.Task.Happens("the stage began");

        await Until.Holds(async () => (await FindAsync(cluster))?.Report.Stages is [var stage] && (stage.Task, stage.Stage) == (task, "work"));
        var report = (await FindAsync(cluster))!.Report;
        Assert.Equal(["work", "gpu", worker.Queue, "2"], [.. report.Profile.Kinds, .. report.Profile.Capabilities, .. report.Queues, $"{report.Slots}"]);
        _end.SetResult();
        await Until.Holds(async () => (await FindAsync(cluster))?.Report.Stages.IsEmpty == true);
        Assert.Contains(await Registry(cluster).ListDurationsAsync(), duration => duration.Kind == "work");

        await worker.DisposeAsync();
        await IsGoneAsync();
    }

    [Fact]
    public async Task AWorkerThatIsToldToDrainCompletesWhatItHoldsTakesNothingMoreAndEnds()
    {
        await using var worker = await StartAsync(cluster);
        var task = await worker.SubmitAsync(new StageDefinition { Name = "work" });
        await _running.Task.Happens("the stage began");
        await Until.Holds(async () => await FindAsync(cluster) is not null);

        Assert.Equal(1, await Registry(cluster).DrainAsync(_name));
        await Until.Holds(async () => (await FindAsync(cluster))!.Report.IsDraining);
        var next = await worker.SubmitAsync(new StageDefinition { Name = "work" });
        Assert.False(_drained.Task.IsCompleted);
        _end.SetResult();
        await _drained.Task.Happens("the worker ended");

        Assert.Equal(RunStatus.Completed, (await cluster.LoadAsync(task)).Stages[0].Status);
        Assert.Equal(0, (await cluster.LoadAsync(next)).Stages[0].Attempt);
        await IsGoneAsync();
    }

    [Fact]
    public async Task ARegistryThatDiedWithItsSiloKnowsTheWorkersAgainFromTheirNextReports()
    {
        await using var own = await ClientCluster.StartAsync(2);
        await using var worker = await StartAsync(own);
        await Until.Holds(async () => await FindAsync(own) is not null);

        await own.Cluster.KillSiloAsync(own.Cluster.Silos[0]);

        await Until.Holds(async () =>
        {
            try
            {
                return await FindAsync(own) is not null;
            }
            catch (Exception exception) when (exception is Orleans.Runtime.OrleansException or TimeoutException)
            {
                return false;
            }
        });
    }

    private static IWorkerRegistryGrain Registry(ClientCluster cluster) => cluster.Grains.GetGrain<IWorkerRegistryGrain>(0);

    /// <summary>It is gone since it said so: not heard any more, it would be listed for longer.</summary>
    private Task IsGoneAsync() => Until.Holds(async () => await FindAsync(cluster) is null)
        .WithinAsync(IWorkerRegistryGrain.ForgetAfter / 2, static () => "the worker, which said that it leaves, is still listed.");

    private async Task<WorkerStatus?> FindAsync(ClientCluster cluster) =>
        (await Registry(cluster).ListAsync()).SingleOrDefault(worker => worker.Report.Profile.Worker.Name == _name);

    private Task<WorkerHost> StartAsync(ClientCluster cluster) => WorkerHost.StartAsync(
        cluster,
        options =>
        {
            options.Name = _name;
            options.Capabilities = ["gpu"];
            options.DrainPatience = TimeSpan.FromMinutes(10);
            options.Drained = _drained.SetResult;
        },
        stages: [new CodeStage("work", async (_, token) =>
        {
            _running.TrySetResult();
            await _end.Task.WaitAsync(token);
            return StageResult.Empty;
        })]);
}
