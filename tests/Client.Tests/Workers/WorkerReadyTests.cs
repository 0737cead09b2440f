using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Tests.Workers;

/// <summary>A worker whose process has to put something in order first.</summary>
public sealed class WorkerReadyTests(ClientCluster cluster)
{
    private readonly string _name = $"worker-{Guid.NewGuid():N}";
    private readonly TaskCompletionSource _ready = new();

    [Fact]
    public async Task AWorkerTakesNothingBeforeItIsReady()
    {
        await using var worker = await StartAsync();
        var task = await worker.SubmitAsync(new StageDefinition { Name = "work" });

        await Until.Holds(IsListedAsync);
        var queue = await cluster.Grains.GetGrain<IStageQueueGrain>(worker.Queue).InspectAsync();
        Assert.Equal((1, 0), (queue.Offers, queue.WaitingWorkers));
        Assert.Equal(0, (await cluster.LoadAsync(task)).Stages[0].Attempt);

        _ready.SetResult();
        Assert.Equal(RunStatus.Completed, (await worker.FinishAsync(task)).Status);
    }

    [Fact]
    public async Task AWorkerThatIsNeverReadyEndsWhenItIsToldTo()
    {
        await using var worker = await StartAsync();
        await worker.StopAsync(TestContext.Current.CancellationToken).Happens("the worker ended");
    }

    private async Task<bool> IsListedAsync() =>
        (await cluster.Grains.GetGrain<IWorkerRegistryGrain>(0).ListAsync()).Any(status => status.Report.Profile.Worker.Name == _name);

    private Task<WorkerHost> StartAsync() => WorkerHost.StartAsync(
        cluster,
        options =>
        {
            options.Name = _name;
            options.Ready = _ready.Task;
        },
        stages: [new CodeStage("work", (_, _) => Task.FromResult(StageResult.Empty))]);
}
